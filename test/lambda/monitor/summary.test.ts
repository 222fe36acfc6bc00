import { type SlotState, summarize } from '../../../lambda/monitor/handler';
import { NOW } from './slots';

const EMPTY: SlotState = { id: 'empty' };
const slot = (installation: string, minutesLeft: number): SlotState => ({
  id: installation,
  token: { installation, expiresAtSeconds: NOW + minutesLeft * 60 },
});
const every = (intervalMinutes: number, ...slots: SlotState[]) =>
  summarize(slots, NOW, { intervalMinutes, licensedOnly: false });
const hourly = (...slots: SlotState[]) => every(60, ...slots);
const NONE = {
  total: 0,
  empty: 0,
  expired: [],
  newlyExpired: 0,
  runningOut: 0,
  late: [],
  reinstalled: [],
  newlyReplaced: 0,
};

test('before the first token there is no life to measure', () => {
  expect(hourly()).toEqual(NONE);
  expect(hourly(EMPTY)).toEqual({ ...NONE, total: 1, empty: 1 });
});

test('a slot is fresh, late, expired or empty, and the least life is told', () => {
  expect(hourly(slot('fresh', 60), EMPTY, slot('late', 50), slot('expired', -1), slot('fresher', 240))).toEqual({
    ...NONE,
    total: 5,
    empty: 1,
    newlyExpired: 1,
    runningOut: 2,
    expired: [{ installation: 'expired', secondsLeft: -60 }],
    late: [{ installation: 'late', secondsLeft: 3000 }],
    minSecondsLeft: 50 * 60,
  });
});

test('late begins below 54 minutes with an hourly delivery, and below 109 with one every 5 minutes', () => {
  expect(hourly(slot('a', 54)).late).toEqual([]);
  expect(hourly(slot('a', 54 - 1 / 60)).late).toHaveLength(1);
  expect(every(5, slot('a', 109)).late).toEqual([]);
  expect(every(5, slot('a', 109 - 1 / 60)).late).toHaveLength(1);
});

test('a token expires in the second that it names', () => {
  expect(hourly(slot('a', 0))).toMatchObject({ expired: [{ secondsLeft: 0 }], late: [] });
  expect(hourly(slot('a', 1 / 60))).toMatchObject({ expired: [], late: [{ secondsLeft: 1 }] });
});

test('where lateness cannot be told, only what has expired is told', () => {
  expect(every(24 * 60, slot('a', 1), slot('b', -1))).toMatchObject({
    late: [],
    expired: [{ installation: 'b' }],
  });
});

test('the late ones come by least life, the expired ones by the latest end', () => {
  const summary = hourly(slot('a', 30), slot('b', 10), slot('c', 20), slot('d', -500), slot('e', -1), slot('f', -60));
  expect(summary.late.map(({ installation }) => installation)).toEqual(['b', 'c', 'a']);
  expect(summary.expired.map(({ installation }) => installation)).toEqual(['e', 'f', 'd']);
});

describe('a token that runs out', () => {
  test('is the one that counts for 40 minutes, and then no longer: somebody was told', () => {
    expect(hourly(slot('fresh', 100), slot('gone', 15))).toMatchObject({ minSecondsLeft: 15 * 60 });
    expect(hourly(slot('fresh', 100), slot('gone', 14))).toMatchObject({ minSecondsLeft: 100 * 60 });
    expect(hourly(slot('next', 53), slot('gone', 14))).toMatchObject({ minSecondsLeft: 53 * 60 });
  });

  test('is counted for an hour, longer than its alarm is on', () => {
    const { runningOut } = hourly(slot('a', 54), slot('b', 53), slot('c', -5), slot('d', -6), slot('e', -7));
    expect(runningOut).toBe(2);
  });

  test('counts all the same while there is no other: silence is never health', () => {
    expect(hourly(slot('gone', 14))).toMatchObject({ minSecondsLeft: 14 * 60 });
    expect(hourly(slot('gone', -5000), slot('lately', -300))).toMatchObject({ minSecondsLeft: -300 * 60 });
  });

  test('is news for an hour after it has expired', () => {
    expect(hourly(slot('a', 0), slot('b', -59), slot('c', -60))).toMatchObject({ newlyExpired: 2 });
  });
});

describe('where Forge delivers to licensed sites only', () => {
  const licensed = (...slots: SlotState[]) => summarize(slots, NOW, { intervalMinutes: 60, licensedOnly: true });

  test('one token that runs out while others last is a licence that has ended', () => {
    expect(licensed(slot('unlicensed', 50), slot('fresh', 100))).toMatchObject({
      minSecondsLeft: 100 * 60,
      late: [{ installation: 'unlicensed' }],
    });
    expect(licensed(slot('long ago', -500), slot('unlicensed', 50), slot('fresh', 100))).toMatchObject({
      minSecondsLeft: 100 * 60,
    });
  });

  test('two at a time are not', () => {
    expect(licensed(slot('a', 40), slot('b', 50), slot('fresh', 100))).toMatchObject({ minSecondsLeft: 50 * 60 });
  });

  test('nor can it be told where there is one installation', () => {
    expect(licensed(slot('only', 50))).toMatchObject({ minSecondsLeft: 50 * 60 });
  });
});

describe('a reinstall', () => {
  const onSite = (
    installation: string,
    minutesLeft: number,
    createdMinutesAgo: number,
    ...sites: string[]
  ): SlotState => ({
    ...slot(installation, minutesLeft),
    sites,
    createdAtMs: (NOW - createdMinutesAgo * 60) * 1000,
  });
  const reinstalled = (...slots: SlotState[]) => hourly(...slots).reinstalled;

  test('is an installation whose slot was made after those of others on its site', () => {
    expect(reinstalled(onSite('a', 9, 3, 'x'), onSite('c', 9, 1, 'x'), onSite('b', 9, 2, 'x'))).toEqual([
      { installation: 'c', before: 'a' },
      { installation: 'c', before: 'b' },
    ]);
  });

  test('is seen by one site of several in common', () => {
    expect(reinstalled(onSite('a', 9, 2, 'x', 'y'), onSite('b', 9, 1, 'y', 'z'))).toEqual([
      { installation: 'b', before: 'a' },
    ]);
  });

  test('is none on different sites, without a site, or without a token', () => {
    const { token: _, ...empty } = onSite('e', 9, 0, 'x');
    expect(reinstalled(onSite('a', 9, 4, 'x'), onSite('b', 9, 3, 'y'), onSite('c', 9, 2), slot('d', 9), empty)).toEqual(
      [],
    );
  });

  test("leaves a slot that nobody waits for: it is neither late nor expired, and its token doesn't count", () => {
    const now = onSite('now', 100, 30, 'x');
    for (const minutesLeft of [50, -1, -90]) {
      expect(hourly(onSite('before', minutesLeft, 500, 'x'), now)).toEqual({
        ...NONE,
        total: 2,
        reinstalled: [{ installation: 'now', before: 'before' }],
        newlyReplaced: 1,
        minSecondsLeft: 100 * 60,
      });
    }
  });

  test('is news for an hour', () => {
    const before = onSite('before', 50, 500, 'x');
    expect(hourly(before, onSite('now', 100, 59, 'x'))).toMatchObject({ newlyReplaced: 1 });
    expect(hourly(before, onSite('now', 100, 60, 'x'))).toMatchObject({ newlyReplaced: 0 });
  });
});
