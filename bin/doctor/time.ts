export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A stage is new for this long. Until then, it is no problem that something has not happened yet. */
const NEW_FOR_MS = DAY_MS;

export const isNew = (createdAtMs: number, nowMs: number): boolean => nowMs - createdAtMs < NEW_FOR_MS;

/** A duration in words: minutes up to 4 hours, hours up to 2 days, then days. */
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
