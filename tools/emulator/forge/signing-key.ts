import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';

/** A key pair as Forge signs with, and the key set in which its public half is published. */
export interface SigningKey {
  /** Key id in Forge's form, `forge/invocation-token/<uuid>`. */
  readonly keyId: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwks: JSONWebKeySet;
}

/** A new RSA key pair. It lives in this process only. */
export async function createSigningKey(): Promise<SigningKey> {
  const keyId = `forge/invocation-token/${randomUUID()}`;
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: keyId, alg: 'RS256', use: 'sig' };
  return { keyId, privateKey, publicKey, jwks: { keys: [jwk] } };
}
