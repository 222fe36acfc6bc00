import fc from 'fast-check';
import { TIME_TO_ACT_MINUTES } from '../../../../lambda/contract/freshness';
import { type ReplayOptions, replay } from './evaluator/replay';
import { type Deployment, deploy, type IntervalMinutes, severityOf } from './world/deployment';
import { type Clockwork, fleet, type History, type Installation } from './world/history';
import { live } from './world/live';
import { LEAST_DELIVERED_MINUTES, LONGEST_LIFE_MINUTES } from './world/tokens';

// Simulated days take their time on a busy machine.
jest.setTimeout(30_000);

/** When Forge falls silent at the earliest: tokens have been rotated by then. */
const SILENT_FROM = 200;

/**
 * What `NOTICE_MINUTES` reckons with at the most: a run of the monitor that starts a minute late, and two more minutes until its
 * metrics can be seen.
 */
const SLOW: ReplayOptions = { ingestMinutes: 2 };

/** How many periods an alarm looks back beyond its own: AWS keeps it to itself, so it must not matter. */
const EXTRA_PERIODS = [0, 2, 5];

interface Silence {
  readonly deployment: Deployment;
  readonly installations: readonly Installation[];
  readonly from: number;
  /** @default - all of them */
  readonly silentOne?: number;
  /** How long it is lived through. @default 240 - a token's whole life, in minutes */
  readonly minutes?: number;
  readonly clockwork?: Partial<Clockwork>;
}

/** Minutes between the first page and the first token that expires. The page has to be the first at all. */
function noticeOf(silence: Silence, options: ReplayOptions): number {
  const { deployment, installations, from, silentOne, minutes = LONGEST_LIFE_MINUTES, clockwork } = silence;
  const history: History = {
    deployment,
    installations,
    minutes: from + minutes,
    forgeCalls: (minute, installation) => minute < from || (silentOne !== undefined && installation !== silentOne),
    clockwork: { monitorLate: 1, ...clockwork },
  };
  const { store, firstExpiry = Number.NaN } = live(history);
  const pages = deployment.alarms.filter((alarm) => severityOf(alarm) === 'Page');
  const [page] = replay(pages, store, { ...SLOW, ...options }).notifications;
  expect(page?.minute).toBeGreaterThan(from);
  return firstExpiry - (page?.minute ?? Number.NaN);
}

const intervals: readonly (readonly [string, IntervalMinutes])[] = [
  ['hour', 60],
  ['fiveMinute', 5],
];

describe.each(intervals)('when Forge falls silent, with the interval %s', (_, interval) => {
  test('one installation: somebody is told in time, at any phase, with any token and any monitor', async () => {
    const deployment = await deploy(interval, 'single');
    const silences = fc.record({
      firstCallAt: fc.integer({ min: 0, max: interval - 1 }),
      from: fc.integer({ min: SILENT_FROM, max: SILENT_FROM + 3 * 60 }),
      tokenLife: fc.integer({ min: LEAST_DELIVERED_MINUTES, max: LONGEST_LIFE_MINUTES }),
      monitorPhase: fc.nat(4),
      extraPeriods: fc.constantFrom(...EXTRA_PERIODS),
    });
    fc.assert(
      fc.property(silences, ({ firstCallAt, from, tokenLife, monitorPhase, extraPeriods }) => {
        const silence = { deployment, from, installations: [{ firstCallAt, tokenLife }], clockwork: { monitorPhase } };
        expect(noticeOf(silence, { extraPeriods })).toBeGreaterThanOrEqual(TIME_TO_ACT_MINUTES);
      }),
      { numRuns: 40 },
    );
  });

  test.each(EXTRA_PERIODS)('the worst case is as bad as that, and no worse: %s extra periods', async (extraPeriods) => {
    const deployment = await deploy(interval, 'single');
    // The last delivery brings a token with exactly two hours left. The monitor starts every 5 minutes, now and then a
    // minute late: within 10 minutes there is a moment that it has just missed.
    const notices = Array.from({ length: 10 }, (_, shift) => {
      const lastCallAt = SILENT_FROM + shift;
      const installations = [{ firstCallAt: lastCallAt, tokenLife: LEAST_DELIVERED_MINUTES }];
      const silence = { deployment, installations, from: lastCallAt + 1, clockwork: { jitter: 0 } };
      return noticeOf(silence, { extraPeriods });
    });
    expect(Math.min(...notices)).toBe(TIME_TO_ACT_MINUTES);
    expect(Math.max(...notices)).toBeLessThan(TIME_TO_ACT_MINUTES + 10);
  });

  test('one of 10,000 installations: in time as well', async () => {
    const deployment = await deploy(interval, 'perInstallation');
    const installations = fleet(10_000, interval, 0);
    const silence = { deployment, installations, from: SILENT_FROM, silentOne: 1_234 };
    expect(noticeOf(silence, {})).toBeGreaterThanOrEqual(TIME_TO_ACT_MINUTES);
  });

  test('all 10,000 installations: in time as well', async () => {
    const deployment = await deploy(interval, 'perInstallation');
    // One of so many has hardly more than two hours left.
    const silence = { deployment, installations: fleet(10_000, interval, 0), from: SILENT_FROM, minutes: 120 };
    expect(noticeOf(silence, {})).toBeGreaterThanOrEqual(TIME_TO_ACT_MINUTES);
  });
});
