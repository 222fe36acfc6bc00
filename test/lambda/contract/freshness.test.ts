import {
  lateBelowSeconds,
  MONITOR_INTERVAL_MINUTES,
  NOTICE_MINUTES,
  runningOutBelowSeconds,
  TIME_TO_ACT_MINUTES,
} from '../../../lambda/contract/freshness';
import { INTERVAL_MINUTES } from '../../../lambda/contract/routes';
import { DELIVERED_LIFE_MINUTES } from '../../../lambda/contract/slot';
import { INTERVALS, keepsTokenAlive } from '../../../lib/manifest/triggers';

const ALLOWED = INTERVALS.filter(keepsTokenAlive).map((name) => [name, INTERVAL_MINUTES[name]] as const);

test.each([
  ['fiveMinute', 109, 54],
  ['hour', 54, 54],
] as const)('%s: late below %i minutes, running out below %i', (name, late, runningOut) => {
  expect(lateBelowSeconds(INTERVAL_MINUTES[name])).toBe(late * 60);
  expect(runningOutBelowSeconds(INTERVAL_MINUTES[name])).toBe(runningOut * 60);
});

describe.each(ALLOWED)('%s', (_, intervalMinutes) => {
  /** What the monitor sees of a token that had the least life allowed when it was delivered, `minute` minutes ago. */
  const seenSecondsLeft = (minute: number) => (DELIVERED_LIFE_MINUTES - minute) * 60;

  test('a slot is not late right before its next delivery, nor while a list is 5 minutes behind', () => {
    expect(seenSecondsLeft(intervalMinutes)).toBeGreaterThan(lateBelowSeconds(intervalMinutes));
    expect(seenSecondsLeft(intervalMinutes + 5)).toBeGreaterThan(lateBelowSeconds(intervalMinutes));
  });

  test('a slot is late before a second delivery is missed', () => {
    const secondDelivery = Math.max(2 * intervalMinutes, intervalMinutes + 10);
    expect(seenSecondsLeft(secondDelivery)).toBeLessThan(lateBelowSeconds(intervalMinutes));
  });

  test('somebody is told at least 45 minutes before the token expires, whenever the monitor happens to run', () => {
    for (let offset = 0; offset < MONITOR_INTERVAL_MINUTES; offset++) {
      let minute = offset;
      while (seenSecondsLeft(minute) >= runningOutBelowSeconds(intervalMinutes)) minute += MONITOR_INTERVAL_MINUTES;
      const told = minute + NOTICE_MINUTES - MONITOR_INTERVAL_MINUTES;
      expect(DELIVERED_LIFE_MINUTES - told).toBeGreaterThanOrEqual(45);
    }
    expect(TIME_TO_ACT_MINUTES).toBe(45);
  });
});

test.each([114, 120, 1440])(
  'an interval of %i minutes leaves nothing to tell lateness by, and no nonsense',
  (minutes) => {
    expect(lateBelowSeconds(minutes)).toBe(0);
    expect(runningOutBelowSeconds(minutes)).toBe(0);
  },
);
