/** The time that a dashboard shows, in minutes of the simulated time. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

const MINUTES_PER_DAY = 1_440;

/** How long is simulated before the day that is shown: all slots are filled then, and all tokens were rotated once. */
const LEAD_MINUTES = 6 * 60;

/** The day that is shown: the dashboard's own range, `-P1D`. */
export const DAY: TimeRange = { from: LEAD_MINUTES, to: LEAD_MINUTES + MINUTES_PER_DAY };

/** When that day ends. Any day is as good; it begins with a full period of each length. */
const ENDS_AT = Date.UTC(2026, 9, 6, 18);

/** A minute of the simulated time in milliseconds since 1970. */
export const epochMs = (minute: number): number => ENDS_AT + (minute - DAY.to) * 60_000;

/** Minute of the simulated time at which it is `hours:minutes` UTC within the day that is shown. */
export function minuteAt(hours: number, minutes: number): number {
  const beforeEnd = (18 * 60 - hours * 60 - minutes + MINUTES_PER_DAY) % MINUTES_PER_DAY;
  return DAY.to - beforeEnd;
}

/** `2026-10-06 18:00:00`, in UTC. */
export const utc = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
