import { type RuntimeApi, startRuntimeApi } from '../../../function-url/ric/runtime-api';
import type { Outcome } from '../../../function-url/runtime';

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:tiny';
const INVOCATION = {
  requestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
  event: { n: 1 },
  deadlineMs: 1_796_000_000_000,
};

let api: RuntimeApi;
let outcomes: Outcome[];
beforeEach(async () => {
  outcomes = [];
  api = await startRuntimeApi({ functionArn: ARN, onOutcome: (outcome) => outcomes.push(outcome) });
});
afterEach(() => api.close());

const ask = (path: string, body?: unknown) =>
  fetch(`http://${api.hostAndPort}/2018-06-01/runtime/${path}`, {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });

test('the process is ready when it first asks for an event, and gets it with the headers of Lambda', async () => {
  const waiting = ask('invocation/next');
  while (outcomes.length === 0) await new Promise(setImmediate);
  expect(outcomes).toEqual([{ kind: 'ready' }]);
  api.invoke(INVOCATION);
  const response = await waiting;
  expect(await response.json()).toEqual({ n: 1 });
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'lambda-runtime-aws-request-id': INVOCATION.requestId,
    'lambda-runtime-deadline-ms': '1796000000000',
    'lambda-runtime-invoked-function-arn': ARN,
    'lambda-runtime-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
  });
});

test('the trace id of the request is passed on', async () => {
  api.invoke({ ...INVOCATION, event: { headers: { 'x-amzn-trace-id': 'Root=1-00000001-000000000000000000000002' } } });
  const response = await ask('invocation/next');
  expect(response.headers.get('lambda-runtime-trace-id')).toBe('Root=1-00000001-000000000000000000000002');
});

test('an event ends with what it was answered, or with an error', async () => {
  api.invoke(INVOCATION);
  await ask('invocation/next');
  expect((await ask(`invocation/${INVOCATION.requestId}/response`, { done: true })).status).toBe(202);
  api.invoke(INVOCATION);
  await ask('invocation/next');
  await ask(`invocation/${INVOCATION.requestId}/error`, {
    errorType: 'RangeError',
    errorMessage: 'too far',
    trace: [],
  });
  expect(outcomes.slice(1)).toEqual([
    { kind: 'result', json: '{"done":true}' },
    { kind: 'error', errorType: 'RangeError', errorMessage: 'too far' },
  ]);
});

test('an answer to an event that is not being handled is refused, and counts for nothing', async () => {
  expect((await ask('invocation/other/response', {})).status).toBe(400);
  expect(outcomes).toEqual([]);
});

test('an error of the start is told', async () => {
  await ask('init/error', { errorType: 'Runtime.HandlerNotFound', errorMessage: 'no handler' });
  expect(outcomes).toEqual([{ kind: 'error', errorType: 'Runtime.HandlerNotFound', errorMessage: 'no handler' }]);
});

test('whatever else is asked for is not emulated', async () => {
  expect((await ask('restore/next')).status).toBe(404);
});
