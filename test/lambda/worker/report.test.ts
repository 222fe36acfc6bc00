import type { JobLog } from '../../../lambda/worker/job';
import { createWorkerReports } from '../../../lambda/worker/report';

const MESSAGE = {
  installationId: 'ari:cloud:ecosystem::installation/0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70',
  environment: 'PRODUCTION',
  trigger: { type: 'event', key: 'pages', name: 'avi:confluence:created:page', body: { secret: 'of a user' } },
  traceId: 'trace',
} as const;
const ABOUT = {
  service: 'remote',
  installation: MESSAGE.installationId,
  environment: 'PRODUCTION',
  traceId: 'trace',
  module: 'pages',
  event: 'avi:confluence:created:page',
};

/** The JSON lines that are written to stdout. */
function linesOf(tell: (reports: ReturnType<typeof createWorkerReports>) => void) {
  const written: string[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
  try {
    tell(createWorkerReports('remote'));
  } finally {
    spy.mockRestore();
  }
  return written.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line));
}
const logged = (log: (log: JobLog) => void) => linesOf(({ logFor }) => log(logFor(MESSAGE)))[0];

test('a line of the job says of which call it is, and never what users wrote', () => {
  const line = logged((log) => log.warn('hello', { count: 2 }));
  expect(line).toMatchObject({ ...ABOUT, level: 'WARN', message: 'hello', count: 2 });
  expect(JSON.stringify(line)).not.toContain('of a user');
});

test('fields of the job never hide what the line says of its call', () => {
  const fields = {
    message: 'mine',
    service: 'mine',
    installation: 'another',
    module: 'mine',
    environment: ABOUT.environment,
  };
  const line = logged((log) => log.info('hello', fields));
  expect(line).toMatchObject({ ...ABOUT, message: 'hello', 'job.message': 'mine', 'job.service': 'mine' });
  expect(line).toMatchObject({ 'job.installation': 'another', 'job.module': 'mine' });
  expect(line).not.toHaveProperty(['job.environment']);
});

test('an error in the fields is described, with its code and its cause', () => {
  const cause = Object.assign(new Error('no route'), { code: 'ENETUNREACH' });
  const error = Object.assign(new TypeError('fetch failed', { cause }), { code: 'E_FETCH' });
  expect(logged((log) => log.error('failed', { error }))).toMatchObject({
    level: 'ERROR',
    error: {
      name: 'TypeError',
      code: 'E_FETCH',
      message: 'fetch failed',
      stack: expect.stringContaining('report.test'),
      cause: 'Error: no route',
    },
  });
});

test('fields that JSON can not take are shown all the same', () => {
  const circle: Record<string, unknown> = { count: 1n };
  circle.self = circle;
  expect(logged((log) => log.info('odd', circle))).toMatchObject({
    level: 'INFO',
    message: 'odd',
    fields: expect.stringMatching(/count: 1n/),
  });
});

test('a run is a line, and two metrics with their units', () => {
  const run = { message: MESSAGE, messageId: 'a', attempt: 2, durationMs: 12 };
  const [line, metrics] = linesOf(({ report }) => report({ ...run, error: new Error('no') }));
  expect(line).toMatchObject({ ...ABOUT, level: 'ERROR', attempt: 2, durationMs: 12, error: { message: 'no' } });
  expect(metrics).toMatchObject({ Remote: 'remote', JobFailed: 1, JobDuration: 12 });
  expect(metrics._aws.CloudWatchMetrics[0].Metrics).toEqual([
    { Name: 'JobFailed', Unit: 'Count' },
    { Name: 'JobDuration', Unit: 'Milliseconds' },
  ]);
});
