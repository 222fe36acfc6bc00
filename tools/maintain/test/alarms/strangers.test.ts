import fc from 'fast-check';
import { TIME_TO_ACT_MINUTES } from '../../../../lambda/contract/freshness';
import type { Reason } from '../../../../lambda/contract/outcomes';
import { replay } from './evaluator/replay';
import { type Deployment, deploy, severityOf } from './world/deployment';
import { fleet, type History, type Installation } from './world/history';
import { live } from './world/live';
import { LONGEST_LIFE_MINUTES } from './world/tokens';

// Simulated days take their time on a busy machine.
jest.setTimeout(60_000);

/** What anybody can be refused for: without a signature, with another app's token, with a token of the app's UI. */
const BY_ANYBODY = [
  'route-unknown',
  'authorization-missing',
  'signature-invalid',
  'key-unknown',
  'key-server-unavailable',
  'isolated-cloud-not-served',
  'audience-wrong',
  'principal-not-allowed',
  'module-not-allowed',
  'internal-error',
] as const satisfies readonly Reason[];

/** Strangers' calls: of each kind one in so many minutes, or so many a minute. */
const RATES = [
  ['one of each kind an hour', (minute: number) => (minute % 60 === 0 ? 1 : 0)],
  ['three of each kind an hour', (minute: number) => (minute % 20 === 0 ? 1 : 0)],
  ['one of each kind a minute', () => 1],
  ['one of each kind a second', () => 60],
  ['20 of each kind a second', () => 1_200],
] as const;

const strangers = (rate: (minute: number) => number): NonNullable<History['strangers']> => {
  return (minute) => Object.fromEntries(BY_ANYBODY.map((reason) => [reason, rate(minute)]));
};

const DAY = 1_440;
/** When Forge falls silent: tokens have been rotated by then. */
const SILENT_FROM = 400;

const pagesOf = ({ alarms }: Deployment) => alarms.filter((alarm) => severityOf(alarm) === 'Page');

/** When somebody is woken. */
function pages(history: History): number[] {
  const { store } = live(history);
  return replay(pagesOf(history.deployment), store, { ingestMinutes: 2 }).notifications.map(({ minute }) => minute);
}

describe.each(RATES)('strangers from the first minute on, %s', (_, rate) => {
  const calls = strangers(rate);

  test.each(['single', 'perInstallation'] as const)(
    'wake nobody, before and after the first installation: %s',
    async (strategy) => {
      const deployment = await deploy(60, strategy);
      const installations = [{ firstCallAt: 8 * 60 }];
      expect(pages({ deployment, installations, minutes: DAY, strangers: calls })).toEqual([]);
    },
  );

  test('wake nobody while a slot that is left over lies about: it has paged once, before it expired', async () => {
    const deployment = await deploy(60, 'perInstallation');
    const installations = fleet(20, 60, 15).map((installation, index) =>
      index === 3 ? { ...installation, uninstalledAt: 6 * 60 } : installation,
    );
    const history = { deployment, installations, minutes: DAY };
    const quiet = pages(history);
    expect(quiet).toHaveLength(1);
    expect(pages({ ...history, strangers: calls })).toEqual(quiet);
  });

  test('wake nobody when the one installation is uninstalled', async () => {
    const deployment = await deploy(60, 'single');
    const installations = [{ firstCallAt: 15, uninstalledAt: 6 * 60, uninstallTold: true }];
    expect(pages({ deployment, installations, minutes: DAY, strangers: calls })).toEqual([]);
  });

  test.each([
    ['single', [{ firstCallAt: 20 }]],
    ['perInstallation', fleet(50, 60, 15)],
  ] as const)("don't keep Forge's silence from being told in time: %s", async (strategy, installations) => {
    expect(await noticeOf(strategy, installations, { strangers: calls })).toBeGreaterThanOrEqual(TIME_TO_ACT_MINUTES);
  });

  test("don't keep the failures of Forge's own calls from being told", async () => {
    const deployment = await deploy(60, 'perInstallation');
    const history: History = {
      deployment,
      installations: fleet(50, 60, 15),
      minutes: SILENT_FROM + 120,
      answer: (minute) => (minute < SILENT_FROM ? 'taken' : 'environment-not-served'),
      strangers: calls,
    };
    const { store } = live(history);
    const failing = replay(deployment.alarms, store).notifications.find(({ alarm }) => alarm.includes('CallsFailing'));
    expect(failing?.minute).toBeLessThan(SILENT_FROM + 70);
  });

  test.each([
    ['single', [{ firstCallAt: 20 }]],
    ['perInstallation', fleet(50, 60, 15)],
  ] as const)(
    "don't keep a receiver that crashes on Forge's calls from paging: %s",
    async (strategy, installations) => {
      const history: History = {
        deployment: await deploy(60, strategy),
        installations,
        minutes: SILENT_FROM + LONGEST_LIFE_MINUTES,
        answer: (minute) => (minute < SILENT_FROM ? 'taken' : 'crashed'),
        strangers: calls,
      };
      // Within two of Forge's hours, and a margin for what CloudWatch takes.
      expect(pages(history).find((minute) => minute > SILENT_FROM)).toBeLessThan(SILENT_FROM + 140);
    },
  );
});

/**
 * Minutes between the first page after Forge fell silent, and the first token that expires of an installation that is
 * still there. A page from before doesn't count: whoever was woken then went back to sleep.
 */
async function noticeOf(
  strategy: 'single' | 'perInstallation',
  installations: readonly Installation[],
  more: Partial<History> = {},
): Promise<number> {
  const deployment = await deploy(60, strategy);
  const history: History = {
    deployment,
    installations,
    minutes: SILENT_FROM + LONGEST_LIFE_MINUTES,
    forgeCalls: (minute) => minute < SILENT_FROM,
    clockwork: { monitorLate: 1 },
    ...more,
  };
  const page = pages(history).find((minute) => minute > SILENT_FROM) ?? Number.NaN;
  const isThere = installations.map(({ uninstalledAt }) => uninstalledAt === undefined);
  return (live(history).firstExpiryOf((installation) => isThere[installation] === true) ?? Number.NaN) - page;
}

const leftOver = (uninstalledAt: number, phase: number, others: number): Installation[] => [
  { firstCallAt: phase, uninstalledAt },
  ...fleet(others, 60, 15),
];

// The page for the slot that is left over may be on already when Forge falls silent.
test.each(Array.from({ length: 23 }, (_, index) => SILENT_FROM - 330 + 15 * index))(
  "Forge's silence is told in time when a site was uninstalled at minute %s, and we were not told",
  async (uninstalledAt) => {
    const notice = await noticeOf('perInstallation', leftOver(uninstalledAt, 5, 60));
    expect(notice).toBeGreaterThanOrEqual(TIME_TO_ACT_MINUTES);
  },
);

test('and so it is at any phase, for few installations or many, and with strangers at any rate', async () => {
  const cases = fc.record({
    uninstalledAt: fc.integer({ min: SILENT_FROM - 300, max: SILENT_FROM + 30 }),
    phase: fc.nat(59),
    others: fc.integer({ min: 1, max: 60 }),
    rate: fc.option(fc.constantFrom(...RATES.map(([, rate]) => rate)), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ uninstalledAt, phase, others, rate }) => {
      const installations = leftOver(uninstalledAt, phase, others);
      const notice = await noticeOf('perInstallation', installations, rate && { strangers: strangers(rate) });
      expect(notice).toBeGreaterThanOrEqual(TIME_TO_ACT_MINUTES);
    }),
    { numRuns: 30 },
  );
});
