import { decodeJwt, decodeProtectedHeader } from 'jose';
import { createOwnCalls, type ForgedTokenOptions, forgedAuthorization, probe } from '../../../bin/doctor/probe';
import { APP_ID } from '../../support/forge-call';
import { NOW_MS } from './targets';

const URL = 'https://abc.lambda-url.us-east-1.on.aws/forge/token';

const call = (fetch: typeof globalThis.fetch, traceId = '463ac35c9f6413ad48485a3953bb6124') =>
  probe({ url: URL, traceId, fetch });

test('calls as somebody from outside would, under a trace id that is known again', async () => {
  const sent: RequestInit[] = [];
  const ownCalls = createOwnCalls();
  const answer = await call(async (_url, init = {}) => {
    sent.push(init);
    return new Response('{"reason":"authorization-missing"}', { status: 401 });
  }, ownCalls.nextTraceId());
  expect(answer).toEqual({ status: 401, body: '{"reason":"authorization-missing"}', ms: expect.any(Number) });
  const headers = new Headers(sent[0]?.headers);
  expect([...headers.keys()]).toEqual(['content-type', 'x-b3-traceid']);
  expect(headers.get('x-b3-traceid')).toMatch(/^[0-9a-f]{32}$/);
  expect(ownCalls.isOwn(headers.get('x-b3-traceid') ?? '')).toBe(true);
  expect(ownCalls.isOwn('463ac35c9f6413ad48485a3953bb6124')).toBe(false);
});

test('no two runs have a mark in common, so a stranger has none to send', () => {
  const runs = Array.from({ length: 100 }, createOwnCalls);
  expect(new Set(runs.map(({ nextTraceId }) => nextTraceId().slice(0, 16))).size).toBe(100);
});

test('a redirect is an answer: Forge follows none', async () => {
  await call(async (_url, init) => {
    expect(init?.redirect).toBe('manual');
    return new Response('');
  });
});

test.each<[string, unknown, string]>([
  [
    'a cause',
    new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND abc') }),
    'Error: getaddrinfo ENOTFOUND abc',
  ],
  ['no cause', new TypeError('Failed to parse URL'), 'TypeError: Failed to parse URL'],
  ['silence', new DOMException('The operation was aborted due to timeout', 'TimeoutError'), 'no answer in 10 seconds'],
  ['something odd', 'no', 'no'],
])('a failure with %s', async (_what, failure, error) => {
  await expect(call(() => Promise.reject(failure))).resolves.toEqual({ error });
});

const KEYS = 'https://keys.example/jwks.json';

const OPTIONS: ForgedTokenOptions = {
  appId: APP_ID,
  endpointKey: 'token',
  environment: 'PRODUCTION',
  jwksUrl: KEYS,
  fetch: async () => Response.json({ keys: [{ kid: 'forge/invocation-token/1' }] }),
  nowMs: NOW_MS,
};

test("a forged token has everything that Forge's tokens have, and the id of a key that Forge has published", async () => {
  const token = (await forgedAuthorization(OPTIONS))?.replace('Bearer ', '') ?? '';
  expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', kid: 'forge/invocation-token/1' });
  expect(decodeJwt(token)).toMatchObject({
    iss: 'forge/invocation-token',
    aud: APP_ID,
    iat: NOW_MS / 1000,
    app: { id: APP_ID, environment: { type: 'PRODUCTION' }, module: { key: 'token' } },
  });
});

// An unknown key counts as a call of Forge's that fails.
test.each<[string, Partial<ForgedTokenOptions>]>([
  ['no URL', { jwksUrl: undefined }],
  ['no answer', { fetch: () => Promise.reject(new Error('no network')) }],
  ['no JSON', { fetch: async () => new Response('<html>') }],
  ['no keys', { fetch: async () => Response.json({}) }],
  ['keys without ids', { fetch: async () => Response.json({ keys: [null, { kid: 1 }] }) }],
])('a forged token is not made with %s', async (_what, changes) => {
  await expect(forgedAuthorization({ ...OPTIONS, ...changes })).resolves.toBeUndefined();
});
