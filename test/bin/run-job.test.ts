import { runJob } from '../../bin/run-job';
import { byKey, type Job } from '../../lambda/worker/job';

// The kit of test/own/job.test.ts.

test('a run says what was logged and called, and which calls have no answer', async () => {
  const job: Job = async ({ atlassian, log, installation }) => {
    const page = await (await atlassian.fetch('/wiki/api/v2/pages/7?full=true')).json();
    const body = JSON.stringify({ title: 'New' });
    const created = await atlassian.fetch('/wiki/api/v2/pages', { method: 'POST', body });
    const lost = await atlassian.asUser('someone').fetch("/rest/it's/gone");
    await atlassian.fetch("/rest/it's/gone");
    log.warn('Seen', { page, created: created.status, lost: lost.status, environment: installation.environment });
  };
  const answers = {
    'GET /wiki/api/v2/pages/{id}': ({ params, query }: never) => ({ id: (params as { id: string }).id, full: query }),
    'POST /wiki/api/v2/pages': ({ body }: { body: unknown }) => Response.json(body, { status: 201 }),
  };
  const { log, calls, missing, error } = await runJob(job, { answers });
  expect(error).toBeUndefined();
  expect(log).toEqual([
    {
      level: 'WARN',
      message: 'Seen',
      page: { id: '7', full: {} },
      created: 201,
      lost: 404,
      environment: 'DEVELOPMENT',
    },
  ]);
  expect(calls).toEqual([
    'GET /wiki/api/v2/pages/7?full=true',
    'POST /wiki/api/v2/pages',
    "GET /rest/it's/gone",
    "GET /rest/it's/gone",
  ]);
  expect(missing).toEqual(["  'GET /rest/it\\'s/gone': {},"]);
});

test('what the job throws is in the outcome, with all that came before', async () => {
  const job: Job = async ({ log }) => {
    log.info('Begun');
    throw new Error('Not today');
  };
  expect(await runJob(job, { answers: {} })).toMatchObject({
    log: [{ message: 'Begun' }],
    error: { message: 'Not today' },
  });
});

test('a job with keys is fired by its first schedule, or by the trigger that is given', async () => {
  const job = byKey({
    schedules: { nightly: async ({ log, trigger }) => log.info(trigger.interval) },
    events: { pages: async ({ log, trigger }) => log.info(trigger.name) },
  });
  expect((await runJob(job, { answers: {} })).log).toEqual([{ level: 'INFO', message: 'hour' }]);
  const trigger = { type: 'event', key: 'pages', name: 'avi:confluence:created:page', body: {} } as const;
  expect((await runJob(job, { answers: {}, trigger })).log).toEqual([{ level: 'INFO', message: trigger.name }]);
});
