import { randomUUID } from 'node:crypto';
import { importJWK, type JWK_RSA_Private } from 'jose';
import { createSigningKey, type SigningKey } from '../../tools/emulator/forge/signing-key';

/** Key pairs of this run, as Forge has them: three that differ, under ids that no other test file has. */
export const signingKeys = (): Promise<[SigningKey, SigningKey, SigningKey]> =>
  Promise.all([signingKey(0), signingKey(1), signingKey(2)]);

async function signingKey(index: number): Promise<SigningKey> {
  const pair: JWK_RSA_Private | undefined = JSON.parse(process.env.TEST_SIGNING_KEYS ?? '[]')[index];
  // Benches and other programs use the same helpers, without jest's set-up.
  if (!pair) return createSigningKey();
  const keyId = `forge/invocation-token/${randomUUID()}`;
  const jwk = { kty: 'RSA' as const, n: pair.n, e: pair.e, kid: keyId, alg: 'RS256', use: 'sig' };
  const privateKey = await importJWK({ ...pair, kty: 'RSA' }, 'RS256');
  const publicKey = await importJWK(jwk, 'RS256', { extractable: true });
  return { keyId, privateKey, publicKey, jwks: { keys: [jwk] } };
}
