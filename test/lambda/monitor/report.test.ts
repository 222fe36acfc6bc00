import { DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../../lambda/contract/outcomes';
import type { MonitorReports, SlotSummary, TokenLife } from '../../../lambda/monitor/handler';
import { createMonitorReports } from '../../../lambda/monitor/report';

const REMOTE = 'forge-remote-test';
const EMPTY: SlotSummary = {
  total: 1,
  empty: 1,
  expired: [],
  newlyExpired: 0,
  runningOut: 0,
  late: [],
  reinstalled: [],
  newlyReplaced: 0,
};
const FRESH: SlotSummary = { ...EMPTY, total: 3, minSecondsLeft: 5000 };
const lives = (count: number, secondsLeft: number): TokenLife[] =>
  Array.from({ length: count }, (_, index) => ({ installation: `installation-${index}`, secondsLeft }));

/** The JSON lines that `tell` writes to stdout and stderr: log lines, and metrics in EMF. */
function linesOf(tell: (reports: MonitorReports) => void) {
  const lines: string[] = [];
  const collect = (chunk: unknown) => lines.push(String(chunk)) > 0;
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation(collect),
  );
  try {
    tell(createMonitorReports(REMOTE));
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const parsed = lines.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line));
  return { log: parsed.filter((line) => !line._aws), metrics: parsed.filter((line) => line._aws) };
}
const linesOfSlots = (summary: SlotSummary) => linesOf(({ slots }) => slots(summary));

describe('the metrics', () => {
  test('are one EMF line under the remote, with their units', () => {
    const { metrics } = linesOfSlots({
      ...FRESH,
      late: lives(1, 60),
      expired: lives(2, -60),
      newlyExpired: 1,
      runningOut: 5,
      newlyReplaced: 4,
      minSecondsLeft: -60,
    });
    expect(metrics).toHaveLength(1);
    expect(metrics[0]).toMatchObject({
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: METRIC_NAMESPACE,
            Dimensions: [[DIMENSIONS.remote]],
            Metrics: [
              { Name: METRICS.slotsTotal, Unit: 'Count' },
              { Name: METRICS.slotsEmpty, Unit: 'Count' },
              { Name: METRICS.slotsExpired, Unit: 'Count' },
              { Name: METRICS.slotsNewlyExpired, Unit: 'Count' },
              { Name: METRICS.slotsRunningOut, Unit: 'Count' },
              { Name: METRICS.slotsLate, Unit: 'Count' },
              { Name: METRICS.slotsNewlyReplaced, Unit: 'Count' },
              { Name: METRICS.minTokenSecondsLeft, Unit: 'Seconds' },
            ],
          },
        ],
      },
      [DIMENSIONS.remote]: REMOTE,
      SlotsTotal: 3,
      SlotsEmpty: 1,
      SlotsExpired: 2,
      SlotsNewlyExpired: 1,
      SlotsRunningOut: 5,
      SlotsNewlyReplaced: 4,
      SlotsLate: 1,
      MinTokenSecondsLeft: -60,
    });
  });

  test('say nothing of a life before there is a token', () => {
    const { metrics } = linesOfSlots(EMPTY);
    expect(metrics).toMatchObject([{ SlotsTotal: 1, SlotsEmpty: 1, SlotsExpired: 0, SlotsLate: 0 }]);
    expect(JSON.stringify(metrics)).not.toContain(METRICS.minTokenSecondsLeft);
  });
});

describe('the log', () => {
  test('says in one line that all is well', () => {
    expect(linesOfSlots(FRESH).log).toMatchObject([
      {
        level: 'INFO',
        message: 'Every token is fresh.',
        slots: { total: 3, empty: 1, replaced: 0, expired: 0, late: 0 },
        minTokenSecondsLeft: 5000,
      },
    ]);
  });

  test('says that there is no token yet', () => {
    const { log } = linesOfSlots({ ...EMPTY, total: 0, empty: 0 });
    expect(log).toMatchObject([{ level: 'INFO', message: 'No slot has a token yet.' }]);
  });

  test('names the installations that are late, and those whose token has expired', () => {
    const [late, expired] = [lives(2, 100), lives(1, -100)];
    const { log } = linesOfSlots({ ...FRESH, late, expired });
    expect(log).toMatchObject([{ level: 'WARN', late, lateNotNamed: 0, expired, expiredNotNamed: 0 }]);
  });

  test('names the installations that have replaced an earlier one', () => {
    const reinstalled = [{ installation: 'now', before: 'earlier' }];
    expect(linesOfSlots({ ...FRESH, reinstalled }).log).toMatchObject([
      { level: 'INFO', message: expect.stringContaining('reinstalled'), reinstalled, reinstalledNotNamed: 0 },
    ]);
  });

  test('warns of expired tokens alone as well', () => {
    expect(linesOfSlots({ ...FRESH, expired: lives(1, -1) }).log).toMatchObject([
      { level: 'WARN', message: 'Slots have an expired token.' },
    ]);
  });

  test('names 20 at the most, and says how many more there are', () => {
    const { log } = linesOfSlots({ ...FRESH, late: lives(10_000, 1) });
    expect(log[0].late).toEqual(lives(20, 1));
    expect(log[0].lateNotNamed).toBe(9_980);
    expect(JSON.stringify(log).length).toBeLessThan(3_000);
  });
});

test('slots that could not be seen are an error in the log, and no metric', () => {
  const { log, metrics } = linesOf(({ slotsNotListed }) => slotsNotListed(new Error('denied')));
  expect(log).toMatchObject([{ level: 'ERROR', error: { message: 'denied' } }]);
  expect(metrics).toEqual([]);
});

test('a key set that is kept is a metric, and one that could not be is an error in the log as well', () => {
  const kept = linesOf(({ keySet }) => keySet());
  expect(kept).toMatchObject({ log: [], metrics: [{ [METRICS.keySetFailures]: 0, [DIMENSIONS.remote]: REMOTE }] });
  const { log, metrics } = linesOf(({ keySet }) => keySet(new Error('no answer')));
  expect(metrics).toMatchObject([{ [METRICS.keySetFailures]: 1 }]);
  expect(log).toMatchObject([{ level: 'ERROR', error: { message: 'no answer' } }]);
});

test('each slot is announced before it is deleted, and one that could not be is told', () => {
  const [slot] = lives(1, -100);
  if (!slot) throw new Error('no slot');
  const { log } = linesOf(({ deletion }) => {
    deletion.announce(slot);
    deletion.failed(slot, new Error('denied'));
  });
  expect(log).toMatchObject([
    { level: 'WARN', message: expect.stringContaining('Deleting'), ...slot },
    { level: 'ERROR', error: { message: 'denied' }, ...slot },
  ]);
});
