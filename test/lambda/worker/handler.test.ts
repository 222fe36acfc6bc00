import type { Context, SQSEvent } from 'aws-lambda';
import { createUserTokens } from '../../../lambda/atlassian/user-tokens';
import type { AppToken, TokenSource } from '../../../lambda/slots/token-source';
import { handleBatch, type RunReport, type WorkerDependencies } from '../../../lambda/worker/handler';
import type { JobContext } from '../../../lambda/worker/job';
import type { JobMessage } from '../../../lambda/worker/job-message';

const [ONE, TWO] = ['0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70', 'b1946ac9-2492-4d23-8c01-2b0a7a1c9f00'] as const;
const messageFor = (uuid: string): JobMessage => ({
  installationId: `ari:cloud:ecosystem::installation/${uuid}`,
  environment: 'PRODUCTION',
  trigger: { type: 'schedule', key: 'hourly', interval: 'hour' },
  traceId: `trace-of-${uuid}`,
});

/** Messages as Lambda hands them over. */
const batchOf = (...messages: readonly { id: string; uuid: string; body?: string; attempt?: number }[]): SQSEvent => ({
  Records: messages.map(({ id, uuid, body = JSON.stringify(messageFor(uuid)), attempt = 1 }) => ({
    messageId: id,
    receiptHandle: id,
    body,
    attributes: {
      ApproximateReceiveCount: String(attempt),
      SentTimestamp: '0',
      SenderId: 'receiver',
      ApproximateFirstReceiveTimestamp: '0',
      MessageGroupId: uuid,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:jobs.fifo',
    awsRegion: 'us-east-1',
  })),
});

const tokens: TokenSource = {
  get: async (uuid) =>
    ({ token: 'a token of the test', apiBaseUrl: 'https://api.test', installationId: uuid }) as AppToken,
  invalidate: () => undefined,
};

function createWorker(changes: Partial<WorkerDependencies> = {}, remainingMs = 300_000) {
  const ran: JobContext[] = [];
  const reports: RunReport[] = [];
  const givenUp: string[] = [];
  const dependencies: WorkerDependencies = {
    job: async (context) => {
      ran.push(context);
    },
    tokens,
    userTokens: createUserTokens(),
    maxAttempts: 3,
    giveUp: async ({ messageId }) => void givenUp.push(messageId),
    logFor: () => ({ info: () => undefined, warn: () => undefined, error: () => undefined }),
    report: (run) => reports.push(run),
    now: () => 1_000_000,
    ...changes,
  };
  const context = { getRemainingTimeInMillis: () => remainingMs } as Context;
  return { ran, reports, givenUp, handle: (event: SQSEvent) => handleBatch(event, context, dependencies) };
}

test('a job runs for its installation, with what it needs', async () => {
  const worker = createWorker();
  await expect(worker.handle(batchOf({ id: 'a', uuid: ONE }))).resolves.toEqual({ batchItemFailures: [] });
  expect(worker.ran).toHaveLength(1);
  expect(worker.ran[0]?.installation).toEqual({
    id: `ari:cloud:ecosystem::installation/${ONE}`,
    uuid: ONE,
    environment: 'PRODUCTION',
  });
  expect(worker.ran[0]?.trigger).toEqual({ type: 'schedule', key: 'hourly', interval: 'hour' });
  expect(worker.ran[0]?.deadline.at).toEqual(new Date(1_000_000 + 300_000 - 2_000));
});

test('a run is reported once, with its message, its attempt and its time', async () => {
  const worker = createWorker();
  await worker.handle(batchOf({ id: 'a', uuid: ONE, attempt: 2 }));
  expect(worker.reports).toEqual([{ message: messageFor(ONE), messageId: 'a', attempt: 2, durationMs: 0 }]);
});

test('a job that fails goes back, with the later ones of its installation; others are done', async () => {
  const worker = createWorker({
    job: async ({ installation }) => {
      if (installation.uuid === ONE) throw new Error('the job failed');
    },
  });
  const event = batchOf({ id: 'a', uuid: ONE }, { id: 'b', uuid: TWO }, { id: 'c', uuid: ONE });
  await expect(worker.handle(event)).resolves.toEqual({
    batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'c' }],
  });
  expect(worker.reports.map(({ messageId, error }) => [messageId, error?.message])).toEqual([
    ['a', 'the job failed'],
    ['b', undefined],
  ]);
});

test('a message that is none fails like a job, and is never thrown away', async () => {
  const worker = createWorker();
  await expect(worker.handle(batchOf({ id: 'a', uuid: ONE, body: 'hello' }))).resolves.toEqual({
    batchItemFailures: [{ itemIdentifier: 'a' }],
  });
  expect(worker.ran).toEqual([]);
  expect(worker.reports).toMatchObject([{ messageId: 'a', error: { message: expect.stringContaining('not JSON') } }]);
});

test('without a valid token the job does not begin', async () => {
  const get = () => Promise.reject(Object.assign(new Error('no token'), { code: 'SlotEmpty' }));
  const worker = createWorker({ tokens: { ...tokens, get } });
  await expect(worker.handle(batchOf({ id: 'a', uuid: ONE }))).resolves.toEqual({
    batchItemFailures: [{ itemIdentifier: 'a' }],
  });
  expect(worker.ran).toEqual([]);
});

test('a job that is not done in time fails, and is told so by its signal', async () => {
  const aborted: unknown[] = [];
  const job = ({ deadline }: JobContext) =>
    new Promise<void>(() => deadline.signal.addEventListener('abort', () => aborted.push(deadline.signal.reason)));
  const worker = createWorker({ job }, 2_020);
  await expect(worker.handle(batchOf({ id: 'a', uuid: ONE }))).resolves.toEqual({
    batchItemFailures: [{ itemIdentifier: 'a' }],
  });
  expect(worker.reports).toMatchObject([{ error: { name: 'JobDeadlineExceeded' } }]);
  expect(aborted).toMatchObject([{ name: 'JobDeadlineExceeded' }]);
});

describe('a job that fails again and again', () => {
  const job = () => Promise.reject(new Error('the job failed'));

  test('goes back to the queue while it has tries left', async () => {
    const worker = createWorker({ job });
    await expect(worker.handle(batchOf({ id: 'a', uuid: ONE, attempt: 2 }))).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: 'a' }],
    });
    expect(worker.givenUp).toEqual([]);
  });

  test('is given up after the last of them, and leaves the queue', async () => {
    const worker = createWorker({ job });
    await expect(worker.handle(batchOf({ id: 'a', uuid: ONE, attempt: 3 }))).resolves.toEqual({
      batchItemFailures: [],
    });
    expect(worker.givenUp).toEqual(['a']);
    expect(worker.reports).toMatchObject([{ attempt: 3, givenUp: true, error: { message: 'the job failed' } }]);
  });

  test('stays in the queue when the dead-letter queue is not reached', async () => {
    const worker = createWorker({ job, giveUp: () => Promise.reject(new Error('no queue')) });
    await expect(worker.handle(batchOf({ id: 'a', uuid: ONE, attempt: 3 }))).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: 'a' }],
    });
    expect(worker.reports).toMatchObject([{ givenUp: false }]);
  });
});

test('a message that was received often and never ran is run, whatever the count says', async () => {
  const worker = createWorker();
  await expect(worker.handle(batchOf({ id: 'a', uuid: ONE, attempt: 9 }))).resolves.toEqual({ batchItemFailures: [] });
  expect(worker.ran).toHaveLength(1);
  expect(worker.givenUp).toEqual([]);
});
