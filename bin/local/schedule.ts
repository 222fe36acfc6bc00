/**
 * The simulated Forge's schedule with `--serve`: an hour takes seconds.
 */
import type { SimulatedForge } from '../../tools/emulator/forge/forge';
import { messageOf } from '../command';
import type { Backend } from './backend';
import { scheduledCalls } from './story';

/** Length of an hour. */
const HOUR_MS = 5_000;

/** Forge issues a new system token about every two hours. */
const HOURS_PER_TOKEN = 2;

/** How many tokens to issue at that pace: those of a day. */
const FAST_TOKENS = 12;

/**
 * Minimum time between later ones. Secrets Manager keeps each version of a slot for 24 real hours, and at most 100 versions:
 * a run that lasts all day makes 12 and 72.
 */
const LATER_TOKENS_MS = 20 * 60_000;

/**
 * Decides for each accelerated hour whether Forge issues a new system token.
 *
 * @param now milliseconds since 1970
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

/** Calls every scheduled trigger now, and then once in each accelerated hour. Returns the function that stops it. */
export function callOnSchedule(backend: Backend, forge: SimulatedForge, write: (line: string) => void): () => void {
  const hasNewToken = createTokenPace(Date.now);
  let hour = 0;
  const call = () => {
    if (hasNewToken()) forge.rotateSystemToken();
    hour += 1;
    const current = hour;
    for (const scheduled of scheduledCalls(backend.manifest)) {
      forge.call(scheduled).then(
        ({ status, body }) => write(`Hour ${current}: ${scheduled.url} answered ${status} ${body}`),
        (error) => write(`Hour ${current}: ${scheduled.url} did not answer: ${messageOf(error)}`),
      );
    }
  };
  call();
  const timer = setInterval(call, HOUR_MS);
  return () => clearInterval(timer);
}
