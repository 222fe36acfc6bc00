import { figuresOf, limitsOf } from '../../../bench/scale/figures';
import { type DayOptions, liveOneDay } from '../../../bench/scale/live-one-day';
import type { Kind } from '../../../bench/scale/tally';

const liveDay = (changes: Partial<DayOptions> = {}) =>
  liveOneDay({ installations: 50, intervalMinutes: 60, mostLived: 50, ...changes });

test('a slot is made once for each installation, and gets a version for each rotation', async () => {
  const { tally, versions } = await liveDay();
  // Two calls at once may both try to make it.
  expect(tally.total('create')).toBeGreaterThanOrEqual(50);
  expect(tally.total('create')).toBeLessThan(55);
  // Every 2 hours, and the one that made it.
  expect(versions).toBe(13);
  expect(tally.total('put')).toBeGreaterThanOrEqual(50 * 11);
  expect(tally.total('swapCurrent')).toBe(tally.total('put'));
});

test('calling twelve times as often writes no more versions', async () => {
  const [hourly, frequent] = [await liveDay(), await liveDay({ intervalMinutes: 5 })];
  expect(frequent.receiver.runs).toBeGreaterThan(11 * hourly.receiver.runs);
  expect(frequent.versions).toBe(hourly.versions);
});

test('a warm instance that knows the token makes no call, a cold one looks', async () => {
  const [hourly, frequent] = [
    await liveDay({ installations: 1 }),
    await liveDay({ installations: 1, intervalMinutes: 5 }),
  ];
  // By itself an installation finds its instance gone after an hour, and kept after 5 minutes.
  expect(hourly.receiver.coldStarts).toBe(hourly.receiver.runs);
  expect(hourly.tally.total('describe')).toBe(hourly.receiver.runs);
  expect(frequent.receiver.coldStarts).toBeLessThan(10);
  expect(frequent.tally.total('describe')).toBeLessThan(25);
});

test('installations that stand for several make the calls of all of them', async () => {
  const [small, large] = [await liveDay({ installations: 50 }), await liveDay({ installations: 100 })];
  for (const kind of ['call', 'put', 'create'] satisfies Kind[]) {
    expect(large.tally.total(kind) / small.tally.total(kind)).toBeCloseTo(2, 1);
  }
  expect(large.receiver.runs / small.receiver.runs).toBeCloseTo(2, 1);
});

test('the same seed makes the same day', async () => {
  const [one, same, other] = [await liveDay(), await liveDay(), await liveDay({ seed: 2 })];
  expect(figuresOf(one)).toEqual(figuresOf(same));
  expect(figuresOf(one)).not.toEqual(figuresOf(other));
});

test('when all calls of a minute come in its first second, they are at once', async () => {
  const spread = figuresOf(await liveDay({ installations: 1_000 }));
  const burst = figuresOf(await liveDay({ installations: 1_000, burstSeconds: 1 }));
  expect(burst.most.sends).toBeGreaterThan(4 * spread.most.sends);
  expect(burst.callsPerHour.put).toBeCloseTo(spread.callsPerHour.put, -2);
});

test('the cost is that of the secrets and of all else, and limits go by the quotas', async () => {
  const figures = figuresOf(await liveDay());
  const { total, ...parts } = figures.cost;
  expect(parts.secrets).toBe(20);
  expect(Object.values(parts).reduce((together, part) => together + part, 0)).toBeCloseTo(total, 1);
  expect(limitsOf({ ...figures, installations: 100, writesMean: 10 })).toMatchObject({
    'writes of Secrets Manager, in a mean second': 0,
  });
  expect(limitsOf({ ...figures, installations: 100_000, writesMean: 10 })).toMatchObject({
    'writes of Secrets Manager, in a mean second': 500_000,
  });
});
