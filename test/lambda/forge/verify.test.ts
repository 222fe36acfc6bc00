import { CompactSign, generateKeyPair, SignJWT } from 'jose';
import { Refusal } from '../../../lambda/contract/outcomes';
import { type CloudKeys, commercialKeys, createKeySet } from '../../../lambda/forge/key-set';
import { createVerifier } from '../../../lambda/forge/verify';
import {
  APP_ID,
  authorize,
  goodClaims,
  INSTALLATION,
  NOW_MS,
  NOW_SECONDS,
  ROUTE,
  signingKey,
} from '../../support/forge-call';
import { signingKeys } from '../../support/signing-keys';

/** Keys that are there already: what a key set does is tested with the key set. */
const keysAtHand = (key = async (_kid: string) => (await signingKey).publicKey): CloudKeys => ({
  key: async (_icLabel, kid) => ({ key: await key(kid) }),
  knownKey: async (_icLabel, kid) => await key(kid).catch(() => undefined),
  settled: async () => undefined,
});
const verifier = (options: { keys?: CloudKeys; now?: () => number } = {}) => {
  const defaults = { keys: keysAtHand(), appId: APP_ID, environments: ['DEVELOPMENT'] as const, now: () => NOW_MS };
  const verify = createVerifier({ ...defaults, ...options });
  return (authorization: string | undefined) => verify(authorization, ROUTE);
};

const verifying = async (claims: object) => verifier()(await authorize(claims));
const withApp = (changes: object) => ({ ...goodClaims(), app: { ...goodClaims().app, ...changes } });

test('a genuine call becomes an invocation', async () => {
  await expect(verifying(goodClaims())).resolves.toMatchObject({
    installation: INSTALLATION.uuid,
    appId: APP_ID,
    environment: 'DEVELOPMENT',
    moduleKey: 'token-endpoint',
  });
});

test.each<[string, object, string]>([
  ['another issuer', { ...goodClaims(), iss: 'forge/other' }, 'issuer-wrong'],
  ["another app's audience", { ...goodClaims(), aud: 'ari:cloud:ecosystem::app/other' }, 'audience-wrong'],
  ['an audience in an array', { ...goodClaims(), aud: [APP_ID] }, 'audience-wrong'],
  ['another app than the audience', withApp({ id: 'ari:cloud:ecosystem::app/other' }), 'app-wrong'],
  ['another environment', withApp({ environment: { type: 'PRODUCTION' } }), 'environment-not-served'],
  ["a stranger's API", withApp({ apiBaseUrl: 'https://evil.example/' }), 'api-base-url-not-allowed'],
])('%s is refused', async (_name, claims, reason) => {
  await expect(verifying(claims)).rejects.toMatchObject({ reason });
});

test.each([
  ['iss', 'issuer-wrong', 'forge/invocation-token'],
  ['aud', 'audience-wrong', APP_ID],
])('a refusal for %s says what came and what was expected', async (name, reason, expected) => {
  const detail = expect.stringMatching(new RegExp(`^${name} .*"something".*"${expected}"`));
  await expect(verifying({ ...goodClaims(), [name]: 'something' })).rejects.toMatchObject({ reason, detail });
});

test.each(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti'])('a missing %s is refused, and named', async (name) => {
  await expect(verifying({ ...goodClaims(), [name]: undefined })).rejects.toMatchObject({
    reason: 'claim-missing',
    detail: name,
  });
});

describe('a time', () => {
  const WRONG = [0, -1, true, String(NOW_SECONDS), [NOW_SECONDS]];
  test.each(['exp', 'iat', 'nbf'].flatMap((name) => WRONG.map((value) => [name, value])))(
    '%s may not be %j',
    async (name, value) => {
      await expect(verifying({ ...goodClaims(), [String(name)]: value })).rejects.toMatchObject({
        reason: 'claim-invalid',
        detail: expect.stringContaining(`${name} is ${JSON.stringify(value)}`),
      });
    },
  );

  test('may not be without end', async () => {
    const { keyId, privateKey } = await signingKey;
    // JSON has no infinity, but a number that is too large is read as one.
    const payload = JSON.stringify({ ...goodClaims(), exp: 0 }).replace('"exp":0', '"exp":1e999');
    const token = await new CompactSign(Buffer.from(payload))
      .setProtectedHeader({ alg: 'RS256', kid: keyId })
      .sign(privateKey);
    await expect(verifier()(`Bearer ${token}`)).rejects.toMatchObject({ reason: 'claim-invalid' });
  });
});

describe('a clock skew of 5 s is allowed', () => {
  test.each<[string, number, string | undefined]>([
    ['25 s after issue', 25, undefined],
    ['29 s after issue, 4 s past the expiry', 29, undefined],
    ['30 s after issue, 5 s past the expiry', 30, 'token-expired'],
    ['5 s before issue', -5, undefined],
    ['6 s before issue', -6, 'token-not-yet-valid'],
  ])('%s', async (_name, seconds, reason) => {
    const verdict = verifier({ now: () => NOW_MS + seconds * 1000 })(await authorize());
    await (reason ? expect(verdict).rejects.toMatchObject({ reason }) : expect(verdict).resolves.toBeDefined());
  });

  test.each(['iat', 'nbf'])('%s alone is enough to be too early', async (name) => {
    const early = { ...goodClaims(), [name]: NOW_SECONDS + 6 };
    const detail = expect.stringContaining('6 s');
    await expect(verifying(early)).rejects.toMatchObject({ reason: 'token-not-yet-valid', detail });
    await expect(verifying({ ...early, [name]: NOW_SECONDS + 5 })).resolves.toBeDefined();
  });

  test('how late a token is, is told', async () => {
    const verdict = verifier({ now: () => NOW_MS + 90_000 })(await authorize());
    const detail = expect.stringContaining('65 s');
    await expect(verdict).rejects.toMatchObject({ reason: 'token-expired', detail });
  });
});

describe('when the clock moves while the keys are fetched', () => {
  const verifyWhileClockMoves = async (byMs: number) => {
    let nowMs = NOW_MS;
    const keys = keysAtHand(async () => {
      nowMs += byMs;
      return (await signingKey).publicKey;
    });
    return verifier({ keys, now: () => nowMs })(await authorize());
  };

  test('a token that has expired by then is refused', async () => {
    await expect(verifyWhileClockMoves(29_000)).resolves.toBeDefined();
    await expect(verifyWhileClockMoves(30_000)).rejects.toMatchObject({ reason: 'token-expired' });
  });

  test('and moves backwards, the error is passed on: the token is not at fault', async () => {
    await expect(verifyWhileClockMoves(-40_000)).rejects.toMatchObject({ code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
  });
});

/** A key pair that Forge has not. */
const otherKey = signingKeys().then(([, other]) => other);

describe('the signature', () => {
  test('of another key under a known key id is refused', async () => {
    const [{ keyId }, { privateKey }] = [await signingKey, await otherKey];
    const token = await new SignJWT(goodClaims()).setProtectedHeader({ alg: 'RS256', kid: keyId }).sign(privateKey);
    await expect(verifier()(`Bearer ${token}`)).rejects.toMatchObject({ reason: 'signature-invalid' });
  });

  test('by an unknown key is refused: it is looked up by its id', async () => {
    const keys = keysAtHand((kid) => Promise.reject(new Refusal('key-unknown', kid)));
    const { keyId } = await signingKey;
    await expect(verifier({ keys })(await authorize())).rejects.toMatchObject({ reason: 'key-unknown', detail: keyId });
  });

  test('by a key that does not fit is our trouble, not a forgery, and says why', async () => {
    const { publicKey } = await generateKeyPair('ES256');
    const verdict = verifier({ keys: keysAtHand(async () => publicKey) })(await authorize());
    const detail = expect.stringMatching(/key.*algorithm/i);
    await expect(verdict).rejects.toMatchObject({ reason: 'key-server-unavailable', detail });
  });

  test('by a key of another cloud leads to the API of that cloud, and to no other', async () => {
    const keys: CloudKeys = {
      ...keysAtHand(),
      key: async () => ({ key: (await signingKey).publicKey, apiHosts: ['api.isolated.example'] }),
    };
    const at = async (apiBaseUrl: string) => verifier({ keys })(await authorize(withApp({ apiBaseUrl })));
    await expect(at('https://api.isolated.example/ex/jira/1')).resolves.toBeDefined();
    await expect(at('https://api.atlassian.com/ex/jira/1')).rejects.toMatchObject({
      reason: 'api-base-url-not-allowed',
    });
  });

  test('that is right proves the label of an Isolated Cloud; a wrong one does not', async () => {
    const proven: unknown[] = [];
    const keys: CloudKeys = {
      ...keysAtHand(),
      key: async (icLabel) => ({ key: (await signingKey).publicKey, prove: () => proven.push(icLabel) }),
    };
    const claims = { ...goodClaims(), icLabel: 'acme' };
    const { keyId } = await signingKey;
    const { privateKey } = await otherKey;
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: keyId }).sign(privateKey);
    await expect(verifier({ keys })(`Bearer ${forged}`)).rejects.toMatchObject({ reason: 'signature-invalid' });
    expect(proven).toEqual([]);
    await expect(verifier({ keys })(await authorize(claims))).resolves.toBeDefined();
    expect(proven).toEqual(['acme']);
  });
});

test('whatever can be refused by looking asks no key server', async () => {
  let fetches = 0;
  const fetch = async () => Response.json({ keys: [fetches++] });
  const verify = verifier({
    keys: commercialKeys(createKeySet({ url: 'https://keys.invalid', fetch, now: () => NOW_MS })),
  });
  // Expired this second, the clock skew included.
  const expired = await authorize(goodClaims({ nowSeconds: NOW_SECONDS - 30 }));
  const forAnother = await authorize({ ...goodClaims(), aud: 'another' });
  for (const header of [undefined, '', 'Basic abc', 'Bearer a.b.c', expired, forAnother]) {
    await expect(verify(header)).rejects.toMatchObject({ name: 'Refusal' });
  }
  expect(fetches).toBe(0);
});

test('a verifier without an app or an environment can not be made', () => {
  const keys = keysAtHand();
  expect(() => createVerifier({ keys, appId: '', environments: ['DEVELOPMENT'] })).toThrow('appId is empty');
  expect(() => createVerifier({ keys, appId: APP_ID, environments: [] })).toThrow('environments is empty');
});

describe('a refused call counts as signed', () => {
  const refusalOf = (authorization: string, keys = keysAtHand()) =>
    verifier({ keys })(authorization).then(
      () => Promise.reject(new Error('It passed.')),
      ({ reason, signed }) => ({ reason, signed }),
    );
  const expired = goodClaims({ nowSeconds: NOW_SECONDS - 60 });
  const unknown = keysAtHand(() => Promise.reject(new Refusal('key-unknown')));

  test.each<[string, object, string]>([
    ['a wrong time', expired, 'token-expired'],
    ['a wrong audience', { ...goodClaims(), aud: 'another', exp: 1 }, 'audience-wrong'],
    ['a wrong environment', withApp({ environment: { type: 'PRODUCTION' } }), 'environment-not-served'],
    ["a user's token", { ...goodClaims(), principal: 'user' }, 'principal-not-allowed'],
    ["a token of another app's user", { ...goodClaims(), aud: 'another', principal: 'user' }, 'audience-wrong'],
    ["a user's token that was kept", { ...expired, principal: 'user' }, 'principal-not-allowed'],
  ])('only if its signature holds: %s', async (_what, claims, reason) => {
    expect(await refusalOf(await authorize(claims))).toEqual({ reason, signed: true });
  });

  test('not with a key that is not known: nobody can tell', async () => {
    expect(await refusalOf(await authorize(expired), unknown)).toEqual({ reason: 'token-expired', signed: false });
    expect(await refusalOf(await authorize(), unknown)).toEqual({ reason: 'key-unknown', signed: false });
  });

  test('not when it is forged, and then that is the reason', async () => {
    const [{ keyId }, { privateKey }] = [await signingKey, await otherKey];
    for (const claims of [expired, { ...goodClaims(), aud: 'another' }]) {
      const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: keyId }).sign(privateKey);
      expect(await refusalOf(`Bearer ${forged}`)).toEqual({ reason: 'signature-invalid', signed: false });
    }
  });
});
