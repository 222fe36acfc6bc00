import type { IncomingMessage, ServerResponse } from 'node:http';
import { fetchJwks } from '../../../lambda/forge/fetch-jwks';
import { type KeyServer, startKeyServer } from '../../../tools/emulator/forge/key-server';

const URL = 'https://keys.invalid/jwks.json';
const JWKS = { keys: [{ kty: 'RSA', kid: 'one' }] };

/** What comes of asking a key server that answers like this. */
const asking = (answer: () => Response | Promise<Response>, timeoutMs = 1_000) =>
  fetchJwks(URL, { fetch: async () => answer(), timeoutMs });

const jsonOf = (text: string, contentType = 'application/json') =>
  new Response(text, { headers: { 'content-type': contentType } });

test('asks for JSON, and follows no redirect: it could lead to keys of somebody else', async () => {
  const asked: unknown[] = [];
  const fetch: typeof globalThis.fetch = async (...request) => {
    asked.push(request);
    return Response.json(JWKS);
  };
  await expect(fetchJwks(URL, { fetch, timeoutMs: 1_000 })).resolves.toEqual(JWKS);
  const options = {
    redirect: 'manual',
    headers: expect.objectContaining({ accept: 'application/json' }),
    signal: expect.any(AbortSignal),
  };
  expect(asked).toEqual([[URL, options]]);
});

test.each(['application/json', 'Application/JSON; charset=utf-8', 'application/jwk-set+json', 'application/json;'])(
  'a key set may come as %s',
  async (contentType) => {
    await expect(asking(() => jsonOf(JSON.stringify(JWKS), contentType))).resolves.toEqual(JWKS);
  },
);

test('a key set may come in pieces, cut anywhere', async () => {
  const bytes = new TextEncoder().encode('{"keys":[{"kid":"schlüssel"}]}');
  const body = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const answer = new Response(body, { headers: { 'content-type': 'application/json' } });
  await expect(asking(() => answer)).resolves.toEqual({ keys: [{ kid: 'schlüssel' }] });
});

test('a key set may have up to 256 KiB', async () => {
  const padded = (bytes: number) => JSON.stringify(JWKS).padEnd(bytes);
  await expect(asking(() => jsonOf(padded(256 * 1024)))).resolves.toEqual(JWKS);
  await expect(asking(() => jsonOf(padded(256 * 1024 + 1)))).rejects.toThrow('more than 262144 bytes');
});

// What the key server did is all that a person has to go by: it is in the message.
test.each<[string, () => Response, string]>([
  ['an error', () => new Response('oops', { status: 500 }), 'status 500'],
  ['another success', () => new Response(JSON.stringify(JWKS), { status: 203 }), 'status 203'],
  ['a redirect', () => new Response(null, { status: 302 }), 'status 302'],
  ['HTML', () => jsonOf(JSON.stringify(JWKS), 'text/html'), 'content type text/html'],
  ['a type that only starts like JSON', () => jsonOf(JSON.stringify(JWKS), 'application/jsonp'), 'application/jsonp'],
  ['a type that only ends like JSON', () => jsonOf(JSON.stringify(JWKS), 'text/application/json'), 'text/application'],
  ['a type with a hole in it', () => jsonOf(JSON.stringify(JWKS), 'application/+json'), 'application/+json'],
  ['no content type', () => new Response(Buffer.from(JSON.stringify(JWKS))), 'content type none'],
  ['no JSON', () => jsonOf('<html>'), 'not JSON'],
  ['no body', () => new Response(null, { headers: { 'content-type': 'application/json' } }), 'not JSON'],
  ['null', () => Response.json(null), 'not a key set'],
  ['text', () => Response.json('keys'), 'not a key set'],
  ['no keys at all', () => Response.json({}), 'not a key set'],
  ['keys in an object', () => Response.json({ keys: { length: 1 } }), 'not a key set'],
  ['an empty list', () => Response.json({ keys: [] }), 'not a key set'],
  ['a key in words', () => Response.json({ keys: ['one'] }), 'not a key set'],
  ['a key that is null', () => Response.json({ keys: [null] }), 'not a key set'],
  ['a key that is a list', () => Response.json({ keys: [[]] }), 'not a key set'],
  ['a good key beside a bad one', () => Response.json({ keys: [...JWKS.keys, null] }), 'not a key set'],
])('%s is no key set, and the error says what came', async (_what, answer, told) => {
  const error: Error = await asking(answer).then(
    () => Promise.reject(new Error('It passed.')),
    (thrown) => thrown,
  );
  expect(error.message).toContain(`The key server at ${URL} answered`);
  expect(error.message).toContain(told);
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
    await expect(fetchJwks(server.url, { fetch, timeoutMs: 50 })).rejects.toThrow(
      `The key server at ${server.url} gave no whole answer within 50 ms.`,
    );
  });

  test('a refused connection says so', async () => {
    await server.stop();
    await expect(fetchJwks(server.url, { fetch, timeoutMs: 1_000 })).rejects.toThrow('ECONNREFUSED');
  });

  test('a key set is found', async () => {
    await expect(fetchJwks(server.url, { fetch, timeoutMs: 1_000 })).resolves.toEqual(JWKS);
  });
});
