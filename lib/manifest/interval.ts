import { INTERVAL_MINUTES, type Interval } from '../../lambda/contract/routes';
import { DELIVERED_LIFE_MINUTES } from '../../lambda/contract/slot';

/** Every interval, shortest first. */
export const INTERVALS = Object.keys(INTERVAL_MINUTES) as readonly Interval[];

/** The interval called `text`, or `undefined`. */
export const parseInterval = (text: unknown): Interval | undefined => INTERVALS.find((interval) => interval === text);

/** Whether a token delivered at this interval is always followed by the next one before it expires. */
export const keepsTokenAlive = (interval: Interval): boolean => INTERVAL_MINUTES[interval] < DELIVERED_LIFE_MINUTES;
