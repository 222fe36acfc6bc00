import { DATA_RESIDENCY_HOOKS, type Routes } from '../../../lambda/contract/routes';
import type { DataResidencyAnswer, DataResidencyHooks } from '../../../lambda/data-residency/hooks';
import { CLOCK_SKEW_SECONDS, createReplays } from '../../../lambda/forge/verify';
import { type CallReport, handle } from '../../../lambda/receiver/handler';
import { dataResidency } from '../../support/data-residency';
import { authorize, createTestVerifier, functionUrlEvent, INSTALLATION, NOW_MS } from '../../support/forge-call';

const ROUTES: Routes = Object.fromEntries(
  DATA_RESIDENCY_HOOKS.map((hook) => [`/migration/${hook}`, { kind: 'dataResidency', hook }]),
);

/** A receiver that must touch no slot. */
async function createReceiver(hooks: DataResidencyHooks = dataResidency) {
  const verify = await createTestVerifier();
  const reports: CallReport[] = [];
  const dependencies = {
    routes: ROUTES,
    verify,
    replays: createReplays(() => NOW_MS, CLOCK_SKEW_SECONDS),
    dataResidency: async () => hooks,
    services: () => Promise.reject(new Error('A move of data has nothing to do with slots')),
    report: (call: CallReport) => reports.push(call),
    now: () => NOW_MS,
  };
  const call = async (hook: string, method: string, authorization?: string) =>
    handle(
      functionUrlEvent({
        path: `/migration/${hook}`,
        method,
        headers: { ...(authorization !== undefined && { authorization }) },
      }),
      dependencies,
    );
  return { call, reports };
}

test.each([
  ['schedule', 'POST', {}],
  ['start', 'POST', {}],
  ['status', 'GET', { status: 'ready-to-commit' }],
  ['commit', 'POST', {}],
  ['rollback', 'POST', {}],
])('the hook %s, called with %s, is answered with %j', async (hook, method, body) => {
  const { call, reports } = await createReceiver();
  const response = await call(hook, method, await authorize());
  expect([response.statusCode, JSON.parse(response.body)]).toEqual([200, body]);
  expect(reports).toMatchObject([
    { status: 200, outcome: 'migrating', invocation: { installation: INSTALLATION.uuid } },
  ]);
});

test('a hook is not for everybody', async () => {
  const { call } = await createReceiver({
    ...dataResidency,
    commit: () => Promise.reject(new Error('not to be asked')),
  });
  expect(await call('commit', 'POST')).toMatchObject({ statusCode: 401, body: '{"reason":"authorization-missing"}' });
});

test.each([
  ['status', 'POST'],
  ['commit', 'GET'],
])('the hook %s is not called with %s', async (hook, method) => {
  const { call } = await createReceiver();
  expect(await call(hook, method, await authorize())).toMatchObject({ statusCode: 405 });
});

test('the status is told as often as it is asked, with one token as well', async () => {
  const { call } = await createReceiver();
  const authorization = await authorize();
  const bodies = [await call('status', 'GET', authorization), await call('status', 'GET', authorization)];
  expect(bodies.map(({ body }) => body)).toEqual(Array(2).fill('{"status":"ready-to-commit"}'));
});

test("a fork's hook knows whose data moves, and its answer goes to Forge", async () => {
  const moved: string[] = [];
  const { call } = await createReceiver({
    ...dataResidency,
    start: async ({ invocation }) => {
      moved.push(invocation.installation);
      return undefined;
    },
    status: async () => ({ status: 'failed', errorResponseCode: 'E9999' }),
  });
  await call('start', 'POST', await authorize());
  expect(moved).toEqual([INSTALLATION.uuid]);
  expect((await call('status', 'GET', await authorize())).body).toBe('{"status":"failed","errorResponseCode":"E9999"}');
});

test('a hook that fails is an error of ours, so that Forge tries again', async () => {
  const { call } = await createReceiver({ ...dataResidency, start: () => Promise.reject(new Error('no room')) });
  expect(await call('start', 'POST', await authorize())).toMatchObject({
    statusCode: 500,
    body: '{"reason":"internal-error"}',
  });
});

test('a hook may fail with a status and a code of its own', async () => {
  const { call, reports } = await createReceiver({
    ...dataResidency,
    start: async () => ({ httpStatus: 503, errorResponseCode: 'E9999' }),
  });
  expect(await call('start', 'POST', await authorize())).toMatchObject({
    statusCode: 503,
    body: '{"errorResponseCode":"E9999"}',
  });
  expect(reports).toMatchObject([{ status: 503, outcome: 'migrating' }]);
});

test('a hook can not answer with 401: Forge would take its own token for refused', () => {
  // @ts-expect-error
  const answer: DataResidencyAnswer = { httpStatus: 401 };
  expect(answer).toBeDefined();
});
