import type { ReceiverSettings } from '../../lambda/contract/receiver-settings';
import { invocationClaims, newInstallation, signInvocationToken } from '../../local/forge/invocation-token';
import { createSigningKey } from '../../local/forge/signing-key';

/** Patience with the key server, in milliseconds. */
const TIMEOUT_MS = 5_000;

export interface ForgedTokenOptions {
  readonly appId: string;
  /** Key of an endpoint in manifest.yml. */
  readonly endpointKey: string;
  /** What the receiver goes by, where it could be seen. */
  readonly settings: ReceiverSettings | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * An authorization header as Forge's, right in everything but that a key of our own has signed it. It names a key that
 * Forge has published, if the key server says which: then nothing but the signature gives it away.
 */
export async function forgedAuthorization(options: ForgedTokenOptions): Promise<string> {
  const { appId, endpointKey, settings, fetch, nowMs } = options;
  const key = await createSigningKey();
  const keyId = (settings && (await publishedKeyId(fetch, settings.jwksUrl))) ?? key.keyId;
  const claims = invocationClaims({
    appId,
    endpointKey,
    installation: newInstallation(),
    environment: settings?.environments[0] ?? 'DEVELOPMENT',
    nowSeconds: Math.floor(nowMs / 1000),
  });
  return `Bearer ${await signInvocationToken(claims, { ...key, keyId })}`;
}

async function publishedKeyId(fetch: typeof globalThis.fetch, url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const set: unknown = await response.json();
    const keys = typeof set === 'object' && set !== null && 'keys' in set && Array.isArray(set.keys) ? set.keys : [];
    const ids: unknown[] = keys.map((key) => key?.kid);
    return ids.find((id) => typeof id === 'string');
  } catch {
    // A key id of our own does as well: no key has it, and the receiver refuses it for that.
    return undefined;
  }
}
