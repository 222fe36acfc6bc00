import { DELIVERED_LIFE_MINUTES } from '../../lambda/contract/freshness';

/** Minutes between two calls of a scheduled trigger, by the name of its `interval` (Forge's manifest reference). */
export const INTERVAL_MINUTES = { fiveMinute: 5, hour: 60, day: 24 * 60, week: 7 * 24 * 60 } as const;

/** A scheduled trigger's `interval`. */
export type Interval = keyof typeof INTERVAL_MINUTES;

/** Every interval, shortest first. */
export const INTERVALS = Object.keys(INTERVAL_MINUTES) as readonly Interval[];

/** The interval called `text`, or `undefined`. */
export const parseInterval = (text: unknown): Interval | undefined => INTERVALS.find((interval) => interval === text);

/** Whether a token delivered at this interval is always followed by the next one before it expires. */
export const keepsTokenAlive = (interval: Interval): boolean => INTERVAL_MINUTES[interval] < DELIVERED_LIFE_MINUTES;
