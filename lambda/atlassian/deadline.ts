import { DeadlineExceeded } from './errors';

/** Longest delay of a timer (Node's documentation of setTimeout). A longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The time by which work must be done. */
export interface Deadline {
  /** Aborts, with a {@link DeadlineExceeded}, when the time is over. */
  readonly signal: AbortSignal;
  /** Milliseconds left; 0 when it has passed; infinite when there is none. */
  leftMs(): number;
}

/**
 * @param deadlineMs milliseconds since 1970. `undefined`: never
 * @param now the time in milliseconds since 1970
 */
export function createDeadline(deadlineMs: number | undefined, now: () => number): Deadline {
  const controller = new AbortController();
  if (deadlineMs === undefined) return { signal: controller.signal, leftMs: () => Number.POSITIVE_INFINITY };

  const leftMs = () => Math.max(0, deadlineMs - now());
  const abort = () => controller.abort(new DeadlineExceeded('what was under way was aborted', 0));
  // The timer must not keep the process alive.
  setTimeout(abort, Math.min(leftMs(), LONGEST_TIMER_MS)).unref();
  return { signal: controller.signal, leftMs };
}

/** @throws {DeadlineExceeded} when no time is left. `what` says what was not done */
export function requireTime({ leftMs }: Deadline, what: string): void {
  if (leftMs() <= 0) throw new DeadlineExceeded(what, 0);
}

/**
 * The outcome of `work`, or the reason of `signal` if that aborts first. The work itself continues: others may wait for it.
 */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
