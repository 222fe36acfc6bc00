import { decodeJwt, decodeProtectedHeader } from 'jose';
import { type ForgedTokenOptions, forgedAuthorization } from '../../../bin/doctor/forged-token';
import { APP_ID } from '../../support/forge-call';
import { NOW_MS } from './targets';

const KEYS = 'https://keys.example/jwks.json';

const OPTIONS: ForgedTokenOptions = {
  appId: APP_ID,
  endpointKey: 'token',
  environment: 'PRODUCTION',
  jwksUrl: KEYS,
  fetch: async () => Response.json({ keys: [{ kid: 'forge/invocation-token/1' }] }),
  nowMs: NOW_MS,
};

test("has everything that Forge's tokens have, and the id of a key that Forge has published", async () => {
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
])('is not made with %s', async (_what, changes) => {
  await expect(forgedAuthorization({ ...OPTIONS, ...changes })).resolves.toBeUndefined();
});
