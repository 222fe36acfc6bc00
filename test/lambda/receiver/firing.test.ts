import type { EndpointRoute } from '../../../lambda/contract/routes';
import { triggerOf } from '../../../lambda/receiver/enqueue';
import type { Body } from '../../../lambda/receiver/event';

const body = (value: unknown): Body => ({ text: JSON.stringify(value), isBase64: false });
const CREATED = { eventType: 'avi:jira:created:issue', issue: { id: '10' } };
const INSTALLED = { eventType: 'avi:forge:installed:app', id: '1' };

/** All that one endpoint may be called for. */
const SHARED: EndpointRoute = {
  kind: 'scheduledTrigger',
  schedules: { hourly: 'hour', often: 'fiveMinute' },
  events: { issues: ['avi:jira:created:issue', 'avi:jira:updated:issue'], installed: ['avi:forge:installed:app'] },
  seedOnly: ['installed'],
};

test.each([
  ['hourly', 'hour'],
  ['often', 'fiveMinute'],
])('the schedule %s fired, as the token says', async (key, interval) => {
  expect(await triggerOf(SHARED, key, body({}))).toEqual({ type: 'schedule', key, interval });
});

test('a schedule has no body to look at', async () => {
  const route: EndpointRoute = { kind: 'scheduledTrigger', schedules: { hourly: 'hour' } };
  expect(await triggerOf(route, 'token-endpoint', { text: 'not JSON', isBase64: false })).toMatchObject({
    key: 'hourly',
  });
});

describe('a trigger that is not deployed yet', () => {
  const schedules: EndpointRoute = {
    kind: 'scheduledTrigger',
    schedules: { hourly: 'hour' },
    modules: ['token', 'hourly'],
  };
  const lifecycle: EndpointRoute = {
    kind: 'trigger',
    events: { installed: ['avi:forge:installed:app'] },
    seedOnly: ['installed'],
    modules: ['lifecycle', 'installed'],
  };

  test.each([
    ['schedules', schedules],
    ['life-cycle events', lifecycle],
  ])('has its event refused, on a route of %s', async (_name, route) => {
    const fired = triggerOf(route, 'pages', body(CREATED));
    await expect(fired).rejects.toMatchObject({ reason: 'event-malformed' });
    await expect(fired).rejects.toThrow('"avi:jira:created:issue" of "pages", a trigger that is not deployed yet');
  });

  test('may be a schedule or a life-cycle event, which need no body', async () => {
    for (const sent of [body({}), { text: '', isBase64: false }, body(INSTALLED)]) {
      expect(await triggerOf(schedules, 'newer', sent)).toMatchObject({ type: 'schedule', key: 'hourly' });
      expect(await triggerOf(lifecycle, 'newer', sent)).toBeUndefined();
    }
  });

  test('is not meant by a key that the route knows, or by none', async () => {
    for (const key of ['token', 'hourly', undefined]) {
      expect(await triggerOf(schedules, key, body(CREATED))).toMatchObject({ type: 'schedule', key: 'hourly' });
    }
  });
});

test('a body of nothing is that of a schedule, where there is one', async () => {
  expect(await triggerOf(SHARED, 'token-endpoint', { text: '', isBase64: false })).toMatchObject({ key: 'hourly' });
});

test('a body may be nested 100 levels deep, and no more', async () => {
  const nested = (levels: number) => ({
    text: `{"eventType":"avi:jira:created:issue","a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`,
    isBase64: false,
  });
  expect(await triggerOf(SHARED, 'issues', nested(100))).toMatchObject({ key: 'issues' });
  for (const levels of [101, 100_000]) {
    await expect(triggerOf(SHARED, 'issues', nested(levels))).rejects.toMatchObject({ reason: 'event-malformed' });
  }
});

test('an event fired, and the job gets all that Forge sent', async () => {
  expect(await triggerOf(SHARED, 'issues', body(CREATED))).toEqual({
    type: 'event',
    key: 'issues',
    name: 'avi:jira:created:issue',
    body: CREATED,
  });
});

test.each([
  ['an event', CREATED, { type: 'event', key: 'issues', name: 'avi:jira:created:issue' }],
  ['an event under payload', { payload: CREATED }, { type: 'event', key: 'issues' }],
  ['a schedule', { context: {}, payload: {} }, { type: 'schedule', key: 'hourly' }],
])('where the token names the endpoint, the body says what fired: %s', async (_name, sent, fired) => {
  expect(await triggerOf(SHARED, 'token-endpoint', body(sent))).toMatchObject(fired);
  expect(await triggerOf(SHARED, undefined, body(sent))).toMatchObject(fired);
});

test.each([
  ['named by its token', 'installed', {}],
  ['named by its body', 'token-endpoint', INSTALLED],
  ['known by who installed', 'token-endpoint', { payload: { installerAccountId: '1' } }],
])('an event that only keeps the slot fresh runs no job: %s', async (_name, moduleKey, sent) => {
  expect(await triggerOf(SHARED, moduleKey, body(sent))).toBeUndefined();
});

test('a route of life-cycle events alone runs no job, whatever the body is', async () => {
  const route: EndpointRoute = { kind: 'trigger', events: { up: ['avi:forge:upgraded:app'] }, seedOnly: ['up'] };
  expect(await triggerOf(route, 'lifecycle', { text: '', isBase64: false })).toBeUndefined();
});

test('life-cycle events run the job that asks for them, and have their names', async () => {
  const events = { life: ['avi:forge:installed:app', 'avi:forge:upgraded:app'] };
  const route: EndpointRoute = { kind: 'trigger', events };
  expect(await triggerOf(route, 'life', body({ upgraderAccountId: '1' }))).toMatchObject({
    name: 'avi:forge:upgraded:app',
  });
});

test('an event that the body does not name is the only one that its trigger waits for', async () => {
  const route: EndpointRoute = { kind: 'trigger', events: { pages: ['avi:confluence:created:page'] } };
  expect(await triggerOf(route, 'endpoint', body({}))).toMatchObject({
    key: 'pages',
    name: 'avi:confluence:created:page',
  });
});

test.each([
  ['at the top', { ...CREATED, retryContext: { retryCount: 2, retryReason: 'TIMEOUT_ERROR', retryData: null } }],
  ['under payload', { payload: { ...CREATED, retryContext: { retryCount: 2, retryReason: 'TIMEOUT_ERROR' } } }],
])('a retry says so, %s', async (_name, sent) => {
  expect(await triggerOf(SHARED, 'issues', body(sent))).toMatchObject({ retry: { count: 2, reason: 'TIMEOUT_ERROR' } });
});

test('a body may come in base64', async () => {
  const text = Buffer.from(JSON.stringify({ ...CREATED, title: 'Grüße' })).toString('base64');
  expect(await triggerOf(SHARED, 'issues', { text, isBase64: true })).toMatchObject({ body: { title: 'Grüße' } });
});

test.each([
  ['no JSON', { text: '{"secret":', isBase64: false }],
  ['nothing', { text: '', isBase64: false }],
  ['a list', body(['secret'])],
  ['no base64', { text: '{}', isBase64: true }],
  ['no UTF-8', { text: Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'), isBase64: true }],
])('a body that is %s is event-malformed, and stays out of the log', async (_name, sent) => {
  const fired = triggerOf(SHARED, 'issues', sent);
  await expect(fired).rejects.toMatchObject({ reason: 'event-malformed' });
  await expect(fired).rejects.not.toThrow('secret');
});

test('an event that no trigger waits for is event-malformed', async () => {
  const fired = triggerOf(SHARED, 'token-endpoint', body({ eventType: 'avi:jira:deleted:issue' }));
  await expect(fired).rejects.toMatchObject({ reason: 'event-malformed' });
});

test('an event of a trigger with several, which the body does not name, is event-malformed', async () => {
  await expect(triggerOf(SHARED, 'issues', body({}))).rejects.toMatchObject({ reason: 'event-malformed' });
});
