import { SSMClient } from '@aws-sdk/client-ssm';
import { NO_KEPT_KEY_SET } from '../../../lambda/contract/settings';
import type { GetKeys } from '../../../lambda/forge/fetch-keys';
import { parseKeptKeySet } from '../../../lambda/forge/fetch-keys';
import { createKeySetBackup } from '../../../lambda/monitor/key-set';
import { type EmulatedAws, startAws } from '../../../tools/emulator/aws/server';
import { NOW } from './slots';

const NAME = 'CFN-Keys';
const URL = 'https://keys.example/jwks.json';
const MINUTE_MS = 60_000;
const never = new AbortController().signal;
const key = (kid: string) => ({
  kty: 'RSA',
  kid,
  n: Buffer.alloc(256, kid).toString('base64url'),
  e: 'AQAB',
  use: 'sig',
  alg: 'RS256',
});

let aws: EmulatedAws;
let client: SSMClient;
let nowMs: number;
/** What the key server answers. */
let answer: () => Response;
let asked: string[];
beforeEach(async () => {
  aws = await startAws();
  aws.parameters.set(NAME, NO_KEPT_KEY_SET);
  client = new SSMClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    maxAttempts: 1,
  });
  nowMs = NOW * 1000;
  asked = [];
  publish('one', 'two');
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

function publish(...kids: string[]): void {
  answer = () => Response.json({ keys: kids.map(key) });
}

const fetch: GetKeys = async (url) => {
  asked.push(url);
  return answer() as unknown as Awaited<ReturnType<GetKeys>>;
};
const newBackup = () => createKeySetBackup({ url: URL, parameterName: NAME, client, fetch, now: () => nowMs });
const kept = async () => parseKeptKeySet(aws.parameters.value(NAME) ?? '');
const writes = () => aws.calls.filter((call) => call === 'ssm.PutParameter').length;

test('keeps the key set, with the time at which it was fetched', async () => {
  await newBackup()(never);
  expect(asked).toEqual([URL]);
  expect(await kept()).toEqual({ fetchedAt: nowMs, keys: [key('one'), key('two')] });
});

test('asks the key server each time, and writes only what is new', async () => {
  const keep = newBackup();
  await keep(never);
  nowMs += 5 * MINUTE_MS;
  await keep(never);
  expect([asked.length, writes()]).toEqual([2, 1]);

  publish('two', 'three');
  await keep(never);
  expect(writes()).toBe(2);
  expect(await kept()).toEqual({ fetchedAt: nowMs, keys: [key('two'), key('three')] });
});

test('what is kept is at most half an hour old: a receiver may trust it for no longer than an hour', async () => {
  const keep = newBackup();
  for (const end = nowMs + 240 * MINUTE_MS; nowMs < end; nowMs += 5 * MINUTE_MS) {
    await keep(never);
    expect(nowMs - ((await kept())?.fetchedAt ?? 0)).toBeLessThanOrEqual(30 * MINUTE_MS);
  }
  expect(writes()).toBe(8);
});

test.each([
  ['reset', () => NO_KEPT_KEY_SET],
  [
    'given a time to come',
    () => JSON.stringify({ fetchedAt: nowMs + 1440 * MINUTE_MS, keys: ['one', 'two'].map(key) }),
  ],
])('a parameter that somebody has %s is written again by the next run', async (_, value) => {
  const keep = newBackup();
  await keep(never);
  aws.parameters.set(NAME, value());
  await keep(never);
  expect(await kept()).toMatchObject({ fetchedAt: nowMs });
});

test('a new process writes only what is not kept yet', async () => {
  await newBackup()(never);
  await newBackup()(never);
  expect(aws.calls).toEqual(['ssm.GetParameter', 'ssm.PutParameter', 'ssm.GetParameter']);
});

test.each([
  ['an outage', () => new Response('down', { status: 503 })],
  ['nonsense', () => Response.json({ keys: [{ kty: 'EC', kid: 'one' }] })],
  ['a redirect', () => new Response(undefined, { status: 302, headers: { location: 'https://elsewhere.example' } })],
])('%s of the key server is an error, and leaves what is kept', async (_, nextAnswer) => {
  const keep = newBackup();
  await keep(never);
  answer = nextAnswer;
  await expect(keep(never)).rejects.toThrow(URL);
  expect(await kept()).toMatchObject({ keys: [key('one'), key('two')] });
});

test('a parameter that may not be written is an error, and tried again the next time', async () => {
  const keep = newBackup();
  aws.intercept((call) =>
    call === 'ssm.PutParameter' ? { status: 400, code: 'AccessDeniedException', message: 'denied' } : undefined,
  );
  await expect(keep(never)).rejects.toThrow('denied');
  aws.intercept(undefined);
  await keep(never);
  expect(await kept()).toBeDefined();
});
