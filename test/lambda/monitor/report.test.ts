import { DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../../lambda/contract/metrics';
import type { Census, TokenLife } from '../../../lambda/monitor/census';
import { createMonitorReports, type MonitorReports } from '../../../lambda/monitor/report';

const REMOTE = 'forge-remote-test';
const FRESH: Census = { total: 3, empty: 1, expired: [], late: [], reinstalled: [], minSecondsLeft: 5000 };
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
const linesOfCensus = (census: Census) => linesOf(({ report }) => report(census));

describe('the metrics', () => {
  test('are one EMF line under the remote, with their units', () => {
    const { metrics } = linesOfCensus({ ...FRESH, late: lives(1, 60), expired: lives(2, -60), minSecondsLeft: -60 });
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
              { Name: METRICS.slotsLate, Unit: 'Count' },
              { Name: METRICS.minTokenSecondsLeft, Unit: 'Seconds' },
            ],
          },
        ],
      },
      [DIMENSIONS.remote]: REMOTE,
      SlotsTotal: 3,
      SlotsEmpty: 1,
      SlotsExpired: 2,
      SlotsLate: 1,
      MinTokenSecondsLeft: -60,
    });
  });

  test('say nothing of a life before there is a token', () => {
    const { metrics } = linesOfCensus({ total: 1, empty: 1, expired: [], late: [], reinstalled: [] });
    expect(metrics).toMatchObject([{ SlotsTotal: 1, SlotsEmpty: 1, SlotsExpired: 0, SlotsLate: 0 }]);
    expect(JSON.stringify(metrics)).not.toContain(METRICS.minTokenSecondsLeft);
  });
});

describe('the log', () => {
  test('says in one line that all is well', () => {
    expect(linesOfCensus(FRESH).log).toMatchObject([
      {
        level: 'INFO',
        message: 'Every token is fresh.',
        slots: { total: 3, empty: 1, expired: 0, late: 0 },
        minTokenSecondsLeft: 5000,
      },
    ]);
  });

  test('says that there is no token yet', () => {
    const { log } = linesOfCensus({ total: 0, empty: 0, expired: [], late: [], reinstalled: [] });
    expect(log).toMatchObject([{ level: 'INFO', message: 'No slot has a token yet.' }]);
  });

  test('names the installations that are late, and those whose token has expired', () => {
    const [late, expired] = [lives(2, 100), lives(1, -100)];
    const { log } = linesOfCensus({ ...FRESH, late, expired });
    expect(log).toMatchObject([{ level: 'WARN', late, lateNotNamed: 0, expired, expiredNotNamed: 0 }]);
  });

  test('names the installations that have replaced an earlier one', () => {
    const reinstalled = [{ installation: 'now', before: 'earlier' }];
    expect(linesOfCensus({ ...FRESH, reinstalled }).log).toMatchObject([
      { level: 'INFO', message: expect.stringContaining('installed anew'), reinstalled, reinstalledNotNamed: 0 },
    ]);
  });

  test('warns of expired tokens alone as well', () => {
    expect(linesOfCensus({ ...FRESH, expired: lives(1, -1) }).log).toMatchObject([
      { level: 'WARN', message: 'Slots have an expired token.' },
    ]);
  });

  test('names 20 at the most, and says how many more there are', () => {
    const { log } = linesOfCensus({ ...FRESH, late: lives(10_000, 1) });
    expect(log[0].late).toEqual(lives(20, 1));
    expect(log[0].lateNotNamed).toBe(9_980);
    expect(JSON.stringify(log).length).toBeLessThan(3_000);
  });
});

test('a sweep that failed is an error in the log, and no metric', () => {
  const { log, metrics } = linesOf(({ reportFailure }) => reportFailure(new Error('denied')));
  expect(log).toMatchObject([{ level: 'ERROR', error: { message: 'denied' } }]);
  expect(metrics).toEqual([]);
});

test('the reaper announces each slot, and tells which it could not delete', () => {
  const [slot] = lives(1, -100);
  if (!slot) throw new Error('no slot');
  const { log } = linesOf(({ reaper }) => {
    reaper.announce(slot);
    reaper.failed(slot, new Error('denied'));
  });
  expect(log).toMatchObject([
    { level: 'WARN', message: expect.stringContaining('Deleting'), ...slot },
    { level: 'ERROR', error: { message: 'denied' }, ...slot },
  ]);
});
