import type { IncomingMessage, ServerResponse } from 'node:http';
import { fetchKeys, getKeys } from '../../../lambda/forge/fetch-keys';
import { type KeyServer, startKeyServer } from '../../../tools/emulator/forge/key-server';

const URL = 'https://keys.invalid/jwks.json';
/** A public key as a key server publishes it; of 2,048 bits unless told otherwise. */
const keyOf = (kid: string, bytes = 256) => ({
  kty: 'RSA' as const,
  kid,
  n: Buffer.alloc(bytes, 7).toString('base64url'),
  e: 'AQAB',
});
const JWKS = { keys: [keyOf('one')] };
const FETCHED = { ...JWKS, problems: [] };

/** What comes of asking a key server that answers like this. */
const asking = (answer: () => Response | Promise<Response>, timeoutMs = 1_000) =>
  fetchKeys(URL, { fetch: async () => answer(), timeoutMs });

const jsonOf = (text: string, contentType = 'application/json') =>
  new Response(text, { headers: { 'content-type': contentType } });

test('asks for JSON, and follows no redirect: it could lead to keys of somebody else', async () => {
  const asked: unknown[] = [];
  const fetch: typeof globalThis.fetch = async (...request) => {
    asked.push(request);
    return Response.json(JWKS);
  };
  await expect(fetchKeys(URL, { fetch, timeoutMs: 1_000 })).resolves.toEqual(FETCHED);
  const options = {
    redirect: 'manual',
    headers: expect.objectContaining({ accept: 'application/json' }),
    signal: expect.any(AbortSignal),
  };
  expect(asked).toEqual([[URL, options]]);
});

test.each(['application/json', 'application/jwk-set+json', 'text/plain', 'text/html', 'application/octet-stream'])(
  'a key set may come as %s',
  async (contentType) => {
    await expect(asking(() => jsonOf(JSON.stringify(JWKS), contentType))).resolves.toEqual(FETCHED);
  },
);

test('a key set may come in pieces, cut anywhere', async () => {
  const bytes = new TextEncoder().encode(JSON.stringify({ keys: [keyOf('schlüssel')] }));
  const body = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const answer = new Response(body, { headers: { 'content-type': 'application/json' } });
  await expect(asking(() => answer)).resolves.toEqual({ keys: [keyOf('schlüssel')], problems: [] });
});

test('a key set may have up to 256 KiB', async () => {
  const padded = (bytes: number) => JSON.stringify(JWKS).padEnd(bytes);
  await expect(asking(() => jsonOf(padded(256 * 1024)))).resolves.toEqual(FETCHED);
  await expect(asking(() => jsonOf(padded(256 * 1024 + 1)))).rejects.toThrow('more than 262144 bytes');
});

// What the key server did is all that a person has to go by: it is in the message.
test.each<[string, () => Response, string]>([
  ['an error', () => new Response('oops', { status: 500 }), 'status 500'],
  ['another success', () => new Response(JSON.stringify(JWKS), { status: 203 }), 'status 203'],
  ['a redirect', () => new Response(null, { status: 302 }), 'status 302'],
  ['no JSON', () => jsonOf('<html>'), 'not JSON'],
  ['no body', () => new Response(null, { headers: { 'content-type': 'application/json' } }), 'not JSON'],
  ['null', () => Response.json(null), 'not a key set'],
  ['text', () => Response.json('keys'), 'not a key set'],
  ['no keys at all', () => Response.json({}), 'not a key set'],
  ['keys in an object', () => Response.json({ keys: { length: 1 } }), 'not a key set'],
  ['an empty list', () => Response.json({ keys: [] }), 'without a usable key'],
  ['a key in words', () => Response.json({ keys: ['one'] }), 'key number 1 is not a public RSA key with an id'],
  ['a key that is null', () => Response.json({ keys: [null] }), 'key number 1 is not'],
  ['only a weak key', () => Response.json({ keys: [keyOf('one', 128)] }), 'key "one" is weak: 1024 bits'],
])('%s is no key set, and the error says what came', async (_what, answer, told) => {
  const error: Error = await asking(answer).then(
    () => Promise.reject(new Error('It passed.')),
    (thrown) => thrown,
  );
  expect(error.message).toContain(`The key server at ${URL} answered`);
  expect(error.message).toContain(told);
});

test.each<[string, unknown, string]>([
  ['null', null, 'key number 2 is not a public RSA key with an id'],
  ['text', 'one', 'key number 2 is not a public RSA key with an id'],
  ['of another kind', { ...keyOf('bad'), kty: 'EC' }, 'key number 2 is not a public RSA key with an id'],
  ['weak', keyOf('bad', 255), 'key "bad" is weak: 2040 bits'],
  ['the same one twice', keyOf('one'), 'key "one" is there a second time'],
  ['no base64url', { ...keyOf('bad'), n: '+'.repeat(400) }, 'key "bad" is not base64url'],
  ['without a modulus', { ...keyOf('bad'), n: undefined }, 'key number 2 is not a public RSA key with an id'],
  ['for encryption', { ...keyOf('bad'), use: 'enc' }, 'key "bad" is not for verifying RS256'],
  ['for another algorithm', { ...keyOf('bad'), alg: 'RS512' }, 'key "bad" is not for verifying RS256'],
  ['for signing', { ...keyOf('bad'), key_ops: ['sign'] }, 'key "bad" is not for verifying RS256'],
])('a bad key does not spoil the others, and is named: %s', async (_what, bad, problem) => {
  const answer = () => Response.json({ keys: [keyOf('one'), bad, keyOf('two')] });
  await expect(asking(answer)).resolves.toEqual({ keys: [keyOf('one'), keyOf('two')], problems: [problem] });
});

test('a body that is not wanted is not left open, which would keep its connection busy', async () => {
  let cancelled = false;
  const body = new ReadableStream({
    cancel() {
      cancelled = true;
    },
  });
  await expect(asking(() => new Response(body, { status: 500 }))).rejects.toThrow('status 500');
  expect(cancelled).toBe(true);
});

test('a body that can not be cancelled does not hide what was wrong', async () => {
  const body = new ReadableStream({
    cancel() {
      throw new Error('no');
    },
  });
  await expect(asking(() => new Response(body, { status: 500 }))).rejects.toThrow('status 500');
});

describe('a key server that can not be reached', () => {
  test.each<[string, unknown, string]>([
    ['with the cause that fetch hides', new TypeError('fetch failed', { cause: new Error('ENOTFOUND') }), 'ENOTFOUND'],
    [
      'with a cause that has a code only',
      new TypeError('fetch failed', { cause: Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }) }),
      'ECONNREFUSED',
    ],
    ['with an error that has no cause', new TypeError('Invalid URL'), 'Invalid URL'],
  ])('is told %s', async (_what, thrown, told) => {
    await expect(asking(() => Promise.reject(thrown))).rejects.toThrow(told);
  });
});

describe('over HTTP', () => {
  let server: KeyServer;
  beforeEach(async () => {
    server = await startKeyServer(JWKS);
  });
  afterEach(() => server.stop());

  test.each([
    ['a server that never answers', () => undefined],
    [
      'a body that never ends',
      (_request: IncomingMessage, response: ServerResponse) => {
        response.setHeader('content-type', 'application/json');
        response.write('{');
      },
    ],
  ])('%s is given up on in time', async (_name, listener) => {
    server.misbehave(listener);
    await expect(fetchKeys(server.url, { fetch, timeoutMs: 50 })).rejects.toThrow(
      `The key server at ${server.url} gave no whole answer within 50 ms.`,
    );
  });

  test.each([101, 103, 204, 304])('status %d ends in time', async (status) => {
    server.misbehave((_request, response) => {
      if (status === 103) response.writeEarlyHints({ link: '</keys>; rel=preload' });
      else if (status === 101)
        response.socket?.end('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
      else response.writeHead(status).end();
    });
    await expect(fetchKeys(server.url, { fetch: getKeys, timeoutMs: 1_000 })).rejects.toThrow(
      status === 103 ? 'no whole answer within 1000 ms' : `status ${status}`,
    );
  });

  test('a refused connection says so', async () => {
    await server.stop();
    await expect(fetchKeys(server.url, { fetch, timeoutMs: 1_000 })).rejects.toThrow('ECONNREFUSED');
  });

  test('a key set is found', async () => {
    await expect(fetchKeys(server.url, { fetch, timeoutMs: 1_000 })).resolves.toEqual(FETCHED);
  });
});
