import { createKeySets } from '../../../lambda/forge/key-sets';
import { createVerifier } from '../../../lambda/forge/verify';
import {
  APP_ID,
  authorize,
  createTestVerifier,
  goodClaims,
  NOW_MS,
  NOW_SECONDS,
  signingKey,
} from '../../support/forge-call';

const verifying = async (claims: object) => (await createTestVerifier())(await authorize(claims));

describe('time, with a clock skew of 5 s', () => {
  test.each<[string, number, string | undefined]>([
    ['25 s after issue', 25, undefined],
    ['29 s after issue, 4 s past the expiry', 29, undefined],
    ['30 s after issue, 5 s past the expiry', 30, 'token-expired'],
    ['5 s before issue', -5, undefined],
    ['6 s before issue', -6, 'token-not-yet-valid'],
  ])('%s', async (_name, seconds, reason) => {
    const verify = await createTestVerifier(() => NOW_MS + seconds * 1000);
    const verdict = verify(await authorize());
    await (reason ? expect(verdict).rejects.toMatchObject({ reason }) : expect(verdict).resolves.toBeDefined());
  });

  test.each(['iat', 'nbf'])('%s alone is enough to be too early', async (name) => {
    const early = { ...goodClaims(), [name]: NOW_SECONDS + 6 };
    await expect(verifying(early)).rejects.toMatchObject({
      reason: 'token-not-yet-valid',
      detail: expect.stringContaining('6 s'),
    });
    await expect(verifying({ ...early, [name]: NOW_SECONDS + 5 })).resolves.toBeDefined();
  });

  test('how late a token is, is told', async () => {
    const verify = await createTestVerifier(() => NOW_MS + 90_000);
    await expect(verify(await authorize())).rejects.toMatchObject({
      reason: 'token-expired',
      detail: expect.stringContaining('65 s'),
    });
  });

  describe('when the clock moves while the keys are fetched', () => {
    const verifyWhileClockMoves = async (byMs: number) => {
      const { jwks } = await signingKey;
      let nowMs = NOW_MS;
      const fetch = async () => {
        nowMs += byMs;
        return Response.json(jwks);
      };
      const keys = createKeySets({ url: 'https://keys.invalid', fetch });
      const verify = createVerifier({ keys, appId: APP_ID, environments: ['DEVELOPMENT'], now: () => nowMs });
      return verify(await authorize());
    };

    test('a token that has expired by then is refused', async () => {
      await expect(verifyWhileClockMoves(29_000)).resolves.toBeDefined();
      await expect(verifyWhileClockMoves(30_000)).rejects.toMatchObject({ reason: 'token-expired' });
    });

    test('and moves backwards, the error is passed on: the token is not at fault', async () => {
      await expect(verifyWhileClockMoves(-40_000)).rejects.toMatchObject({ code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
    });
  });
});
