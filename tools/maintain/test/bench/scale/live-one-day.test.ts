import { figuresOf } from '../../../bench/scale/figures';
import { broken, limitsOfDay, reachedAt } from '../../../bench/scale/limits';
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
  expect(hourly.tally.total('look')).toBe(hourly.receiver.runs);
  expect(frequent.receiver.coldStarts).toBeLessThan(10);
  expect(frequent.tally.total('look')).toBeLessThan(25);
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
  const [spread, burst] = [
    await liveDay({ installations: 1_000 }),
    await liveDay({ installations: 1_000, burstSeconds: 1 }),
  ];
  expect(burst.tally.mostPerSecond('call')).toBeGreaterThan(4 * spread.tally.mostPerSecond('call'));
  expect(burst.tally.perHour('put')).toBeCloseTo(spread.tally.perHour('put'), -2);
});

test('the cost of secrets is that of each of them and of all else', async () => {
  const { total, ...parts } = figuresOf(await liveDay()).cost;
  expect(parts.slots).toBe(20);
  expect(Object.values(parts).reduce((together, part) => together + part, 0)).toBeCloseTo(total, 1);
});

test('a table makes the same decisions with other calls, and costs what is read and written', async () => {
  const [secrets, table] = [await liveDay(), await liveDay({ store: 'table' })];
  for (const kind of ['call', 'look', 'get'] satisfies Kind[]) {
    expect(table.tally.total(kind)).toBe(secrets.tally.total(kind));
  }
  // The first token of each is put as well; there is no label to move.
  expect(table.tally.total('put')).toBe(secrets.tally.total('put') + secrets.tally.total('create'));
  expect(table.tally.total('swapCurrent') + table.tally.total('create')).toBe(0);
  const [bySecrets, byTable] = [figuresOf(secrets).cost, figuresOf(table).cost];
  expect(byTable.slots + byTable.slotCalls).toBeLessThan((bySecrets.slots + bySecrets.slotCalls) / 100);
});

test('a limit is reached at the size that its value has grown to, and broken above it', async () => {
  const limits = limitsOfDay(await liveDay());
  expect(broken(limits)).toEqual([]);
  const limit = { what: 'writes', value: 10, most: 50, grows: true };
  expect(reachedAt(100_000, limit)).toBe(500_000);
  expect(broken([limit, { ...limit, value: 51 }])).toEqual([{ ...limit, value: 51 }]);
});
