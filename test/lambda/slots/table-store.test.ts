import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { parseVersionId } from '../../../lambda/contract/slot';
import { createTableStore } from '../../../lambda/slots/table-slots';
import { HOME } from './deliveries';

const NOW_SECONDS = 1_900_000_000;
const versionId = (digit: string) => `${NOW_SECONDS + 7_200}-${HOME.replaceAll('-', '')}-${digit.repeat(20)}`;
const [CURRENT, BEFORE] = [versionId('b'), versionId('a')];

/** A store over a client that answers every call with this item, and what it was sent. */
function storeOver(item: object | undefined) {
  const sent: { input: Record<string, unknown>; signal: unknown }[] = [];
  const client = {
    async send({ input }: { input: Record<string, unknown> }, options: { abortSignal?: unknown } = {}) {
      sent.push({ input, signal: options.abortSignal });
      return { Item: item };
    },
  } as unknown as DynamoDBClient;
  const store = createTableStore(client, 'slots', {
    item: { installation: HOME },
    keepDays: 30,
    now: () => NOW_SECONDS * 1000,
  });
  return { store, sent };
}

const value = {
  token: 'x.y.z',
  expiresAt: new Date((NOW_SECONDS + 7_200) * 1000).toISOString(),
  installationId: `ari:cloud:ecosystem::installation/${HOME}`,
  apiBaseUrl: 'https://api.atlassian.com',
  contexts: [],
};

test('every call ends when the signal says so', async () => {
  const { signal } = new AbortController();
  const { store, sent } = storeOver(undefined);
  await store.describe(signal);
  await store.create(CURRENT, value, signal);
  await store.replace(CURRENT, value, undefined, signal);
  await store.remove(signal);
  expect(sent.map((call) => call.signal)).toEqual([signal, signal, signal, signal]);
});

test('what is there is read consistently: the token that was written a moment ago may be the newest', async () => {
  const { store, sent } = storeOver(undefined);
  expect(await store.describe(new AbortController().signal)).toBeUndefined();
  expect(sent[0]?.input).toMatchObject({
    ConsistentRead: true,
    ProjectionExpression: expect.not.stringContaining('value'),
  });
});

test('an item tells of the token in it, and of the one before', async () => {
  const { store } = storeOver({ versionId: { S: CURRENT }, previousId: { S: BEFORE }, createdAt: { N: '1' } });
  expect(await store.describe(new AbortController().signal)).toEqual([
    { id: CURRENT, parsed: parseVersionId(CURRENT), current: true, labels: ['AWSCURRENT'], createdAt: 1 },
    { id: BEFORE, parsed: parseVersionId(BEFORE), current: false, labels: [] },
  ]);
});

test('an item that somebody has made by hand tells of none', async () => {
  const { store } = storeOver({ installation: { S: HOME } });
  expect(await store.describe(new AbortController().signal)).toEqual([]);
});
