import { invocationClaims, newInstallation, signInvocationToken } from '../../tools/emulator/forge/invocation-token';
import { createSigningKey } from '../../tools/emulator/forge/signing-key';

/** Patience with the key server, in milliseconds. */
const TIMEOUT_MS = 5_000;

export interface ForgedTokenOptions {
  readonly appId: string;
  /** Key of an endpoint in manifest.yml. */
  readonly endpointKey: string;
  /** One that the stage serves. */
  readonly environment: string;
  /** Where the keys are that the receiver takes for Forge's. */
  readonly jwksUrl: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * An authorization header as Forge's, right in everything but that a key of our own has signed it. It names a key that
 * Forge has published, so that nothing but the signature gives it away.
 *
 * @returns `undefined` when the key server doesn't say which keys there are. With a key that nobody knows, the call would
 * count as one of Forge's own that fails, and could raise an alarm.
 */
export async function forgedAuthorization(options: ForgedTokenOptions): Promise<string | undefined> {
  const { appId, endpointKey, environment, jwksUrl, fetch, nowMs } = options;
  const keyId = jwksUrl && (await publishedKeyId(fetch, jwksUrl));
  if (!keyId) return undefined;
  const claims = invocationClaims({
    appId,
    endpointKey,
    installation: newInstallation(),
    environment,
    nowSeconds: Math.floor(nowMs / 1000),
  });
  return `Bearer ${await signInvocationToken(claims, { ...(await createSigningKey()), keyId })}`;
}

async function publishedKeyId(fetch: typeof globalThis.fetch, url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const set: unknown = await response.json();
    const keys = typeof set === 'object' && set !== null && 'keys' in set && Array.isArray(set.keys) ? set.keys : [];
    const ids: unknown[] = keys.map((key) => key?.kid);
    return ids.find((id) => typeof id === 'string');
  } catch {
    return undefined;
  }
}
