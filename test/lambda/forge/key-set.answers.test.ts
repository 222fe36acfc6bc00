import type { IncomingMessage, ServerResponse } from 'node:http';
import { createKeySet } from '../../../lambda/forge/key-set';
import { type KeyServer, startKeyServer } from '../../../local/forge/key-server';
import { createSigningKey, type SigningKey } from '../../../local/forge/signing-key';

let key: SigningKey;
beforeAll(async () => {
  key = await createSigningKey();
});

/** A key set whose key server always answers like this. */
const answering = (answer: () => Response) =>
  createKeySet({ url: 'https://keys.invalid/jwks.json', fetch: async () => answer() });

describe('a key set', () => {
  test.each<[string, () => object[]]>([
    ['that is not of RSA', () => [{ ...key.jwks.keys[0], kty: 'EC' }]],
    ['for another algorithm', () => [{ ...key.jwks.keys[0], alg: 'RS512' }]],
    ['for encryption', () => [{ ...key.jwks.keys[0], use: 'enc' }]],
  ])('has no key for us where there is one %s', async (_what, published) => {
    await expect(answering(() => Response.json({ keys: published() })).key(key.keyId)).rejects.toMatchObject({
      reason: 'key-unknown',
      detail: expect.stringContaining(key.keyId),
    });
  });

  test.each<[string, () => object[]]>([
    ['that is broken', () => [{ ...key.jwks.keys[0], n: undefined }]],
    ['that is there twice', () => [...key.jwks.keys, ...key.jwks.keys]],
  ])('with a key %s is trouble of the key server', async (_what, published) => {
    await expect(answering(() => Response.json({ keys: published() })).key(key.keyId)).rejects.toMatchObject({
      reason: 'key-server-unavailable',
      detail: expect.stringContaining(key.keyId),
    });
  });

  test.each<[string, () => Response]>([
    ['an error', () => new Response('oops', { status: 500 })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.invalid' } })],
    ['HTML', () => new Response('<html></html>', { headers: { 'content-type': 'text/html' } })],
    ['JSON that is no key set', () => Response.json({})],
  ])('takes %s for an outage, not for a forgery', async (_name, answer) => {
    await expect(answering(answer).key(key.keyId)).rejects.toMatchObject({ reason: 'key-server-unavailable' });
  });
});

describe('over HTTP', () => {
  let server: KeyServer;
  beforeEach(async () => {
    server = await startKeyServer(key.jwks);
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
    const keys = createKeySet({ url: server.url, timeoutMs: 50 });
    await expect(keys.key(key.keyId)).rejects.toMatchObject({
      reason: 'key-server-unavailable',
      detail: `The key server at ${server.url} gave no whole answer within 50 ms.`,
    });
  });

  test('a refused connection says so', async () => {
    await server.stop();
    const keys = createKeySet({ url: server.url });
    await expect(keys.key(key.keyId)).rejects.toMatchObject({ detail: expect.stringContaining('ECONNREFUSED') });
  });

  test('a key set is found', async () => {
    await expect(createKeySet({ url: server.url }).key(key.keyId)).resolves.toBeDefined();
  });
});
