import type { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Interval } from '../../../lambda/contract/routes';
import type { Invocation } from '../../../lambda/forge/claims';
import { createEnqueue, deduplicationId, firingOf } from '../../../lambda/receiver/enqueue';
import { identityOf } from '../../../lambda/receiver/event';
import type { EventTrigger } from '../../../lambda/worker/job';
import { parseJobMessage } from '../../../lambda/worker/job-message';
import { authorize, createTestVerifier, INSTALLATION, NOW_MS, PATH } from '../../support/forge-call';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const ANOTHER = 'b1946ac9-2492-4d23-8c01-2b0a7a1c9f00';

describe('a schedule', () => {
  const idAt = (
    nowMs: number,
    interval: Interval,
    changes: { installation?: string; path?: string; key?: string } = {},
  ) => {
    const { installation = INSTALLATION.uuid, path = PATH, key = 'token' } = changes;
    return deduplicationId(installation, path, firingOf({ type: 'schedule', key, interval }, nowMs));
  };

  test('an hourly firing has one id, for its duplicates and for retries up to 4 minutes later', () => {
    const first = idAt(NOW_MS, 'hour');
    for (const retry of [0, 1, 2, 3, 4]) expect(idAt(NOW_MS + retry * 65 * SECOND, 'hour')).toBe(first);
  });

  test('a five-minute firing has one id for its duplicates, and another one for the next firing', () => {
    const first = idAt(NOW_MS, 'fiveMinute');
    expect(idAt(NOW_MS + SECOND, 'fiveMinute')).toBe(first);
    for (const jitter of [-20, 0, 20]) {
      expect(idAt(NOW_MS + 5 * MINUTE + jitter * SECOND, 'fiveMinute')).not.toBe(first);
    }
  });

  test('installations, routes and triggers have ids of their own', () => {
    const first = idAt(NOW_MS, 'hour');
    expect(idAt(NOW_MS, 'hour', { installation: ANOTHER })).not.toBe(first);
    expect(idAt(NOW_MS, 'hour', { path: '/forge/other' })).not.toBe(first);
    expect(idAt(NOW_MS, 'hour', { key: 'other' })).not.toBe(first);
  });

  test('an id is what SQS takes: at most 128 letters and digits', () => {
    expect(idAt(NOW_MS, 'hour')).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('an event', () => {
  const EVENT = { eventType: 'avi:jira:created:issue', issue: { id: '10', key: 'A-1' } };
  const RETRY = { retryCount: 1, retryReason: 'TIMEOUT_ERROR', retryData: null };
  const idOf = (body: EventTrigger['body'], changes: Partial<EventTrigger> = {}) =>
    deduplicationId(
      INSTALLATION.uuid,
      PATH,
      identityOf({ type: 'event', key: 'issues', name: 'avi:jira:created:issue', body, ...changes }),
    );

  test.each([
    ['at the top', EVENT, { ...EVENT, retryContext: RETRY }],
    ['under payload', { payload: EVENT }, { payload: { ...EVENT, retryContext: RETRY } }],
    ['with its fields in another order', EVENT, { issue: { key: 'A-1', id: '10' }, eventType: EVENT.eventType }],
  ])('has one id for its retries, %s', (_name, body, again) => {
    expect(idOf(again)).toBe(idOf(body));
  });

  test('has an id of its own, however alike another one is', () => {
    const other = { ...EVENT, issue: { id: '11', key: 'A-1' } };
    expect(idOf(other)).not.toBe(idOf(EVENT));
    expect(idOf({ payload: other })).not.toBe(idOf({ payload: EVENT }));
    expect(idOf(EVENT, { key: 'other' })).not.toBe(idOf(EVENT));
    expect(idOf(EVENT, { name: 'avi:jira:updated:issue' })).not.toBe(idOf(EVENT));
  });
});

describe('the queue', () => {
  const route = { kind: 'trigger', events: { issues: ['avi:jira:created:issue'] } } as const;
  const signal = AbortSignal.timeout(5_000);
  let invocation: Invocation;
  beforeAll(async () => {
    invocation = await (await createTestVerifier())(await authorize());
  });
  const call = (text: string) => ({
    invocation,
    route,
    path: PATH,
    body: { text, isBase64: false },
    traceId: 'trace',
    nowMs: NOW_MS,
  });

  test('gets an event as a message in the group of its installation', async () => {
    const sent: SendMessageCommand[] = [];
    const client = { send: async (command: SendMessageCommand) => sent.push(command) } as unknown as SQSClient;
    await expect(createEnqueue(client, 'https://queue')(call('{"issue":{"id":"10"}}'), signal)).resolves.toBe(true);
    expect(sent[0]?.input).toMatchObject({ QueueUrl: 'https://queue', MessageGroupId: INSTALLATION.uuid });
    expect(parseJobMessage(sent[0]?.input.MessageBody ?? '')).toMatchObject({
      environment: 'DEVELOPMENT',
      traceId: 'trace',
      trigger: { type: 'event', key: 'issues', name: 'avi:jira:created:issue', body: { issue: { id: '10' } } },
    });
  });

  test('that fails is queue-unavailable', async () => {
    const send = () => Promise.reject(Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }));
    const client = { send } as unknown as SQSClient;
    await expect(createEnqueue(client, 'https://queue')(call('{}'), signal)).rejects.toMatchObject({
      reason: 'queue-unavailable',
      detail: 'ThrottlingException: Rate exceeded',
    });
  });
});
