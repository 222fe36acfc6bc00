import { CompactSign, generateKeyPair, SignJWT } from 'jose';
import { createKeySets } from '../../../lambda/forge/key-sets';
import { createVerifier } from '../../../lambda/forge/verify';
import {
  APP_ID,
  authorize,
  createTestVerifier,
  goodClaims,
  INSTALLATION,
  NOW_MS,
  NOW_SECONDS,
  signingKey,
} from '../../support/forge-call';

const verifying = async (claims: object) => (await createTestVerifier())(await authorize(claims));
const withApp = (changes: object) => ({ ...goodClaims(), app: { ...goodClaims().app, ...changes } });

test('a genuine call becomes an invocation', async () => {
  const installationId = `ari:cloud:ecosystem::installation/${INSTALLATION.uuid}`;
  await expect(verifying(goodClaims())).resolves.toMatchObject({
    installationId,
    installation: INSTALLATION.uuid,
    appId: APP_ID,
    appVersion: '1.0.0',
    environment: 'DEVELOPMENT',
    moduleKey: 'token-endpoint',
    moduleType: 'core:endpoint',
    apiBaseUrl: `https://api.atlassian.com/ex/confluence/${INSTALLATION.cloudId}`,
    contexts: [{ name: 'confluence', siteAri: `ari:cloud:confluence::site/${INSTALLATION.cloudId}` }],
  });
});

test('claims that only inform are dropped when they look odd', async () => {
  const odd = withApp({ appVersion: 7, module: 'core:endpoint', license: [], installation: { contexts: 'none' } });
  const invocation = await verifying(odd);
  expect(invocation).toMatchObject({ contexts: [], installation: INSTALLATION.uuid });
  expect(invocation).not.toHaveProperty('appVersion');
  expect(invocation).not.toHaveProperty('moduleKey');
});

test.each<[string, object, string]>([
  ['another issuer', { ...goodClaims(), iss: 'forge/other' }, 'issuer-wrong'],
  ["another app's audience", { ...goodClaims(), aud: 'ari:cloud:ecosystem::app/other' }, 'audience-wrong'],
  ['an audience in an array', { ...goodClaims(), aud: [APP_ID] }, 'audience-wrong'],
  ['an expiry in words', { ...goodClaims(), exp: String(NOW_SECONDS + 25) }, 'claim-invalid'],
  ['a time of issue in words', { ...goodClaims(), iat: 'now' }, 'claim-invalid'],
  ['a negative start', { ...goodClaims(), nbf: -1 }, 'claim-invalid'],
  ['another app than the audience', withApp({ id: 'ari:cloud:ecosystem::app/other' }), 'app-wrong'],
  ['another environment', withApp({ environment: { type: 'PRODUCTION' } }), 'environment-not-served'],
  ["a stranger's API", withApp({ apiBaseUrl: 'https://evil.example/' }), 'api-base-url-not-allowed'],
])('%s is refused', async (_name, claims, reason) => {
  await expect(verifying(claims)).rejects.toMatchObject({ reason });
});

test.each(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti'])(
  'a token without %s is refused, and the claim is named',
  async (name) => {
    await expect(verifying({ ...goodClaims(), [name]: undefined })).rejects.toMatchObject({
      reason: 'claim-missing',
      detail: name,
    });
  },
);

test.each([
  ['exp', 0],
  ['exp', null],
  ['iat', 0],
  ['iat', [NOW_SECONDS]],
  ['nbf', 0],
  ['nbf', true],
])('a token whose %s is %j is refused, and the claim is named', async (name, value) => {
  await expect(verifying({ ...goodClaims(), [name]: value })).rejects.toMatchObject({
    reason: 'claim-invalid',
    detail: expect.stringContaining(`${name} is ${JSON.stringify(value)}`),
  });
});

test('a token without end is refused', async () => {
  const { keyId, privateKey } = await signingKey;
  // JSON has no infinity, but its numbers are read as one when they are too large.
  const payload = JSON.stringify({ ...goodClaims(), exp: 0 }).replace('"exp":0', '"exp":1e999');
  const token = await new CompactSign(Buffer.from(payload))
    .setProtectedHeader({ alg: 'RS256', kid: keyId })
    .sign(privateKey);
  await expect((await createTestVerifier())(`Bearer ${token}`)).rejects.toMatchObject({ reason: 'claim-invalid' });
});

test.each([
  ['iss', 'issuer-wrong', 'forge/invocation-token'],
  ['aud', 'audience-wrong', APP_ID],
])('a refusal for %s says what came and what was expected', async (name, reason, expected) => {
  const detail = expect.stringMatching(new RegExp(`^${name} .*"something".*"${expected}"`));
  await expect(verifying({ ...goodClaims(), [name]: 'something' })).rejects.toMatchObject({ reason, detail });
});

describe('the signature', () => {
  test('of another key under a known key id is refused', async () => {
    const [{ keyId }, { privateKey }] = [await signingKey, await generateKeyPair('RS256')];
    const token = await new SignJWT(goodClaims()).setProtectedHeader({ alg: 'RS256', kid: keyId }).sign(privateKey);
    await expect((await createTestVerifier())(`Bearer ${token}`)).rejects.toMatchObject({
      reason: 'signature-invalid',
    });
  });

  test('by an unknown key is refused', async () => {
    const { privateKey } = await signingKey;
    const token = await new SignJWT(goodClaims()).setProtectedHeader({ alg: 'RS256', kid: 'other' }).sign(privateKey);
    await expect((await createTestVerifier())(`Bearer ${token}`)).rejects.toMatchObject({ reason: 'key-unknown' });
  });

  test('over a payload that is no JSON object is refused', async () => {
    const { keyId, privateKey } = await signingKey;
    for (const payload of ['[]', 'null', '"text"', 'text', '{"aud":1,"aud":2}']) {
      const token = await new CompactSign(Buffer.from(payload))
        .setProtectedHeader({ alg: 'RS256', kid: keyId })
        .sign(privateKey);
      await expect((await createTestVerifier())(`Bearer ${token}`)).rejects.toMatchObject({
        reason: 'authorization-malformed',
      });
    }
  });

  test('by a key that is too short is our trouble, not a forgery', async () => {
    const { publicKey } = await generateKeyPair('ES256');
    const verify = createVerifier({
      keys: {
        prefetch: () => undefined,
        prove: () => undefined,
        for: () => ({ prefetch: () => undefined, key: async () => publicKey }),
      },
      appId: APP_ID,
      environments: ['DEVELOPMENT'],
      now: () => NOW_MS,
    });
    await expect(verify(await authorize())).rejects.toMatchObject({ reason: 'key-server-unavailable' });
  });
});

test('whatever can be refused by looking asks no key server', async () => {
  let fetches = 0;
  const keys = createKeySets({
    url: 'https://keys.invalid',
    fetch: async () => Response.json({ keys: [fetches++] }),
    now: () => NOW_MS,
  });
  const verify = createVerifier({ keys, appId: APP_ID, environments: ['DEVELOPMENT'], now: () => NOW_MS });
  const expired = await authorize(goodClaims({ nowSeconds: NOW_SECONDS - 60 }));
  const forAnother = await authorize({ ...goodClaims(), aud: 'another' });
  for (const header of [undefined, '', 'Basic abc', 'Bearer a.b.c', expired, forAnother]) {
    await expect(verify(header)).rejects.toMatchObject({ name: 'Refusal' });
  }
  expect(fetches).toBe(0);
});

test('a verifier without an app or an environment can not be made', () => {
  const keys = createKeySets({ url: 'https://keys.invalid' });
  expect(() => createVerifier({ keys, appId: '', environments: ['DEVELOPMENT'] })).toThrow('appId is empty');
  expect(() => createVerifier({ keys, appId: APP_ID, environments: [] })).toThrow('environments is empty');
});
