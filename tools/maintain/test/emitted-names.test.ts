import { METRIC_NAMESPACE, REASONS, type Reason } from '../../../lambda/contract/outcomes';
import { createMonitorReports } from '../../../lambda/monitor/report';
import { createReport } from '../../../lambda/receiver/report';
import { createWorkerReports } from '../../../lambda/worker/report';
import { LAST_REFUSALS, SAVED_QUERIES } from '../../../lib/dashboard/queries';
import { ForgeRemote } from '../../../lib/forge-remote';
import { dashboardBody } from '../../../test/lib/dashboard/body';
import { REMOTE_PROPS } from '../../../test/lib/support/fixtures';
import { templateOf } from '../../../test/lib/support/synth';
import { authorize, createTestVerifier } from '../../../test/support/forge-call';

// Alarms, widgets and queries read by name what the functions write. A name that nobody writes is an alarm that is deaf.

type Line = Record<string, unknown> & { _aws?: { CloudWatchMetrics: Directive[] } };
interface Directive {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string }[];
}

let lines: Line[];

/** Every line that the functions can write, of every kind of call, job and run of the monitor. */
beforeAll(async () => {
  const invocation = await (await createTestVerifier())(await authorize());
  const message = {
    installationId: invocation.installationId,
    installation: invocation.installation,
    environment: invocation.environment,
    apiBaseUrl: invocation.apiBaseUrl,
    contexts: invocation.contexts,
    path: '/forge/token',
    traceId: 'trace',
    trigger: { type: 'schedule', key: 'hourly', interval: 'hour' } as const,
    calledAt: new Date(0).toISOString(),
  };
  const written: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0),
  );
  const call = { path: '/forge/token', traceId: 'trace', durationMs: 1 };
  const life = { installation: invocation.installation, secondsLeft: 1 };
  try {
    const report = createReport('remote');
    report({ ...call, status: 200, outcome: 'stored', invocation });
    report({ ...call, status: 200, outcome: 'older', invocation });
    for (const reason of Object.keys(REASONS) as Reason[]) {
      report({ ...call, status: REASONS[reason].status, reason, detail: 'detail', invocation });
    }
    const worker = createWorkerReports('remote');
    worker.report({ messageId: 'id', message, attempt: 1, durationMs: 1 });
    worker.report({ messageId: 'id', message, attempt: 1, durationMs: 1, error: new Error('failed') });
    const monitor = createMonitorReports('remote');
    monitor.slots({
      total: 1,
      empty: 0,
      expired: [life],
      newlyExpired: 1,
      runningOut: 1,
      late: [life],
      reinstalled: [],
      newlyReplaced: 0,
      minSecondsLeft: 1,
    });
    monitor.keySet();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  lines = written
    .flatMap((text) => text.split('\n'))
    .filter(Boolean)
    .map((text) => JSON.parse(text));
});

/** `name{dimension,dimension}` of every metric that is emitted. */
const emitted = () =>
  new Set(
    lines.flatMap(({ _aws }) =>
      (_aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
        Metrics.flatMap(({ Name }) => Dimensions.map((keys) => `${Namespace} ${Name}{${[...keys].sort()}}`)),
      ),
    ),
  );

const template = templateOf((stack) => new ForgeRemote(stack, 'Remote', REMOTE_PROPS));

interface MetricInAlarm {
  Namespace: string;
  MetricName: string;
  Dimensions?: { Name: string }[];
}
const named = ({ Namespace, MetricName, Dimensions = [] }: MetricInAlarm) =>
  `${Namespace} ${MetricName}{${Dimensions.map(({ Name }) => Name).sort()}}`;

/** Of our own namespace: what AWS emits is AWS's. */
const ours = (metrics: readonly string[]) => metrics.filter((metric) => metric.startsWith(METRIC_NAMESPACE));

test('every metric of an alarm is emitted, under its very dimensions', () => {
  const metrics = Object.values(template.findResources('AWS::CloudWatch::Alarm')).flatMap(({ Properties }) =>
    Properties.Metrics
      ? Properties.Metrics.flatMap(({ MetricStat }: { MetricStat?: { Metric: MetricInAlarm } }) =>
          MetricStat ? named(MetricStat.Metric) : [],
        )
      : named(Properties),
  );
  expect(ours(metrics).length).toBeGreaterThan(8);
  expect(ours(metrics).filter((metric) => !emitted().has(metric))).toEqual([]);
});

test('every metric of the dashboard is emitted, under its very dimensions', () => {
  const { widgets } = dashboardBody(template) as { widgets: { properties: { metrics?: unknown[][] } }[] };
  const metrics = widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .map((metric) => metric.filter((part) => typeof part === 'string'))
    .filter((metric) => metric.length > 0)
    .map(
      ([Namespace, MetricName, ...pairs]) =>
        `${Namespace} ${MetricName}{${pairs.filter((_, n) => n % 2 === 0).sort()}}`,
    );
  expect(ours(metrics).length).toBeGreaterThan(8);
  expect(ours(metrics).filter((metric) => !emitted().has(metric))).toEqual([]);
  // The search by reason asks for the same dimensions, in the order of the alphabet.
  expect(JSON.stringify(widgets)).toContain(`SEARCH('{${METRIC_NAMESPACE},Reason,Remote} MetricName=\\"Refused\\"`);
});

/** Fields that Logs Insights makes itself, or that a query names. */
const notLogged = (query: readonly string[]) => [
  ...query.flatMap((line) => [...line.matchAll(/ as (\w+)/g)].map(([, name]) => name ?? '')),
  ...[
    'fields',
    'filter',
    'stats',
    'sort',
    'limit',
    'ispresent',
    'count',
    'max',
    'min',
    'latest',
    'as',
    'by',
    'desc',
    'asc',
  ],
  ...['like', 'and', 'or', 'in'],
];

test.each([
  ...SAVED_QUERIES.map(({ name, lines: query }) => [name, query] as const),
  ['The last refusals, in the dashboard', LAST_REFUSALS] as const,
])('every field of the query "%s" is logged', (_name, query) => {
  const logged = new Set(
    lines.flatMap((line) =>
      Object.entries(line).flatMap(([key, value]) =>
        typeof value === 'object' && value !== null
          ? [key, ...Object.keys(value).map((inner) => `${key}.${inner}`)]
          : key,
      ),
    ),
  );
  const words = query.flatMap((line) => line.replaceAll(/"[^"]*"/g, '').match(/@?[A-Za-z][\w.]*/g) ?? []);
  const fields = words.filter((word) => !word.startsWith('@') && !notLogged(query).includes(word));
  expect(fields.length).toBeGreaterThan(0);
  expect(fields.filter((field) => !logged.has(field))).toEqual([]);
});

test('the query for a site knows every outcome that puts a token into a slot or ends it', () => {
  const query = SAVED_QUERIES.find(({ name }) => name === 'Installations of a site')?.lines.join(' ');
  for (const outcome of ['stored', 'reinstalled', 'rebound', 'removed', 'released']) expect(query).toContain(outcome);
});
