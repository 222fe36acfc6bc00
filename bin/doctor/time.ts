export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A stage that is younger than this is new: what has not happened there yet may still come. */
const NEW_FOR_MS = DAY_MS;

export const isNew = (createdAtMs: number, nowMs: number): boolean => nowMs - createdAtMs < NEW_FOR_MS;

/** A length of time in words, such as `239 minutes`: hours from the second, days from the third on. */
export function duration(ms: number): string {
  if (ms < MINUTE_MS) return 'under a minute';
  if (ms < 4 * HOUR_MS + MINUTE_MS) return count(Math.floor(ms / MINUTE_MS), 'minute');
  return ms < 2 * DAY_MS ? count(Math.floor(ms / HOUR_MS), 'hour') : count(Math.floor(ms / DAY_MS), 'day');
}

export const ago = (atMs: number, nowMs: number): string => `${duration(Math.max(0, nowMs - atMs))} ago`;

/** `1 minute`, `2 minutes`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** A time to the second, in UTC. */
export const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
