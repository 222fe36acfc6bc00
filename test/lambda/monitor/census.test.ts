import { takeCensus } from '../../../lambda/monitor/census';
import type { SlotState } from '../../../lambda/monitor/slot-state';
import { NOW } from './slots';

const EMPTY: SlotState = { id: 'empty' };
const slot = (installation: string, minutesLeft: number): SlotState => ({
  id: installation,
  token: { installation, expiresAtSeconds: NOW + minutesLeft * 60 },
});
const hourly = (...slots: SlotState[]) => takeCensus(slots, NOW, 60);

test('before the first token there is no life to measure', () => {
  expect(hourly()).toEqual({ total: 0, empty: 0, expired: [], late: [], reinstalled: [] });
  expect(hourly(EMPTY)).toEqual({ total: 1, empty: 1, expired: [], late: [], reinstalled: [] });
});

test('a slot is fresh, late, expired or empty, and the least life is told', () => {
  expect(hourly(slot('fresh', 60), EMPTY, slot('late', 50), slot('expired', -1), slot('fresher', 240))).toEqual({
    total: 5,
    empty: 1,
    expired: [{ installation: 'expired', secondsLeft: -60 }],
    late: [{ installation: 'late', secondsLeft: 3000 }],
    reinstalled: [],
    minSecondsLeft: -60,
  });
});

test('late begins below 54 minutes with an hourly delivery, and below 109 with one every 5 minutes', () => {
  expect(hourly(slot('a', 54)).late).toEqual([]);
  expect(hourly(slot('a', 54 - 1 / 60)).late).toHaveLength(1);
  expect(takeCensus([slot('a', 109)], NOW, 5).late).toEqual([]);
  expect(takeCensus([slot('a', 109 - 1 / 60)], NOW, 5).late).toHaveLength(1);
});

test('a token expires in the second that it names', () => {
  expect(hourly(slot('a', 0))).toMatchObject({ expired: [{ secondsLeft: 0 }], late: [] });
  expect(hourly(slot('a', 1 / 60))).toMatchObject({ expired: [], late: [{ secondsLeft: 1 }] });
});

test('where lateness cannot be told, only what has expired is told', () => {
  expect(takeCensus([slot('a', 1), slot('b', -1)], NOW, 24 * 60)).toMatchObject({
    late: [],
    expired: [{ installation: 'b' }],
  });
});

test('the late ones come by least life, the expired ones by the latest end', () => {
  const census = hourly(slot('a', 30), slot('b', 10), slot('c', 20), slot('d', -500), slot('e', -1), slot('f', -60));
  expect(census.late.map(({ installation }) => installation)).toEqual(['b', 'c', 'a']);
  expect(census.expired.map(({ installation }) => installation)).toEqual(['e', 'f', 'd']);
});

describe('a slot that is left over', () => {
  test('counts as expired, and an hour after that no longer as the one that runs out', () => {
    expect(hourly(slot('fresh', 100), slot('gone', -59))).toMatchObject({ minSecondsLeft: -59 * 60 });
    expect(hourly(slot('fresh', 100), slot('gone', -60))).toMatchObject({
      minSecondsLeft: 100 * 60,
      expired: [{ installation: 'gone' }],
    });
  });

  test('counts all the same while there is no other: silence is never health', () => {
    expect(hourly(slot('gone', -5000), slot('lately', -300))).toMatchObject({ minSecondsLeft: -300 * 60 });
  });

  test('by a reinstall is not waited for', () => {
    const before = { ...slot('before', 50), sites: ['site'], createdAtMs: 1 };
    const now = { ...slot('now', 100), sites: ['site'], createdAtMs: 2 };
    expect(hourly(before, now)).toMatchObject({
      late: [],
      minSecondsLeft: 100 * 60,
      reinstalled: [{ installation: 'now', before: 'before' }],
    });
  });
});
