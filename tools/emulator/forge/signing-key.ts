import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';

/** A key pair like Forge's, and the key set with its public half. */
export interface SigningKey {
  /** Key id in Forge's format, `forge/invocation-token/<uuid>`. */
  readonly keyId: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwks: JSONWebKeySet;
}

/** Creates an RSA key pair, which exists in this process only. */
export async function createSigningKey(): Promise<SigningKey> {
  const keyId = `forge/invocation-token/${randomUUID()}`;
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: keyId, alg: 'RS256', use: 'sig' };
  return { keyId, privateKey, publicKey, jwks: { keys: [jwk] } };
}
