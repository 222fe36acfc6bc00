/**
 * The simulated Forge's schedule while a local run serves: an hour takes seconds.
 */
import type { SimulatedForge } from '../../tools/emulator/forge/forge';
import { messageOf } from '../command';
import type { Backend } from './backend';
import { scheduledCalls } from './story';

/** An accelerated hour. */
const HOUR_MS = 5_000;

/** Forge gives a new system token about every two hours. */
const HOURS_PER_TOKEN = 2;

/** New tokens at that pace: a day's. */
const FAST_TOKENS = 12;

/**
 * Least time between two later ones. Secrets Manager keeps each version of a slot for 24 hours, by the real clock, and takes
 * no more than 100: a run that is up all day has 12 and 72 of them.
 */
const LATER_TOKENS_MS = 20 * 60_000;

/**
 * Tells, for each accelerated hour, whether Forge has a new system token.
 *
 * @param now the time in milliseconds since 1970
 */
export function createTokenPace(now: () => number): () => boolean {
  let hours = 0;
  let tokens = 0;
  let lastAtMs = now();
  return () => {
    const isDue = hours > 0 && hours % HOURS_PER_TOKEN === 0;
    hours += 1;
    if (!isDue || (tokens >= FAST_TOKENS && now() - lastAtMs < LATER_TOKENS_MS)) return false;
    tokens += 1;
    lastAtMs = now();
    return true;
  };
}

/** Calls every scheduled trigger each accelerated hour, at once first. Answers with what ends it. */
export function callOnSchedule(backend: Backend, forge: SimulatedForge, write: (line: string) => void): () => void {
  const hasNewToken = createTokenPace(Date.now);
  let hour = 0;
  const call = () => {
    if (hasNewToken()) forge.rotateSystemToken();
    hour += 1;
    const of = hour;
    for (const scheduled of scheduledCalls(backend.manifest)) {
      forge.call(scheduled).then(
        ({ status, body }) => write(`Hour ${of}: ${scheduled.url} answered ${status} ${body}`),
        (error) => write(`Hour ${of}: ${scheduled.url} did not answer: ${messageOf(error)}`),
      );
    }
  };
  call();
  const timer = setInterval(call, HOUR_MS);
  return () => clearInterval(timer);
}
