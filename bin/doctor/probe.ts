import { randomBytes } from 'node:crypto';
import { invocationClaims, newInstallation, signInvocationToken } from '../../tools/emulator/forge/invocation-token';
import { createSigningKey } from '../../tools/emulator/forge/signing-key';
import { describeError } from './aws-failure';

/**
 * Recognizes the calls of this run in the log, so that it doesn't report its own refusals. Their trace ids begin with a
 * random mark, so that nobody else's calls can pass for them.
 */
export interface OwnCalls {
  readonly nextTraceId: () => string;
  readonly isOwn: (traceId: string) => boolean;
}

export function createOwnCalls(): OwnCalls {
  const mark = randomBytes(8).toString('hex');
  return {
    nextTraceId: () => `${mark}${randomBytes(8).toString('hex')}`,
    isOwn: (traceId) => traceId.startsWith(mark),
  };
}

/** Twice as long as Forge waits, to tell a slow URL from a dead one. */
const PROBE_TIMEOUT_MS = 10_000;

/** The result of a call. */
export type Answer =
  | { readonly status: number; readonly body: string; readonly ms: number }
  | { readonly error: string };

export interface ProbeOptions {
  readonly url: string;
  /** Trace id of the call: 32 hex digits. */
  readonly traceId: string;
  /** The authorization header. @default none */
  readonly authorization?: string;
  readonly fetch: typeof globalThis.fetch;
}

/** Calls an endpoint from outside. */
export async function probe({ url, traceId, authorization, fetch }: ProbeOptions): Promise<Answer> {
  const startedAt = performance.now();
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'x-b3-traceid': traceId,
        ...(authorization !== undefined && { authorization }),
      },
      body: '{}',
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    const body = await response.text();
    return { status: response.status, body, ms: performance.now() - startedAt };
  } catch (error) {
    const { name, text } = describeError(error);
    if (name === 'TimeoutError') return { error: `no answer in ${PROBE_TIMEOUT_MS / 1000} seconds` };
    // fetch only says "fetch failed"; the cause has the reason.
    const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
    return { error: cause === undefined ? text : describeError(cause).text };
  }
}

const KEY_SERVER_TIMEOUT_MS = 5_000;

export interface ForgedTokenOptions {
  readonly appId: string;
  /** Key of an endpoint in manifest.yml. */
  readonly endpointKey: string;
  /** A Forge environment that the stage serves. */
  readonly environment: string;
  /** The key set that the receiver uses. */
  readonly jwksUrl: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * A forged authorization header. It is like Forge's and names one of Forge's keys; only the signature is wrong.
 *
 * @returns `undefined` if the key server doesn't list its keys. With an unknown key, the call would count as a failed call of
 * Forge, and could raise an alarm.
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
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(KEY_SERVER_TIMEOUT_MS) });
    const set: unknown = await response.json();
    const keys = typeof set === 'object' && set !== null && 'keys' in set && Array.isArray(set.keys) ? set.keys : [];
    const ids: unknown[] = keys.map((key) => key?.kid);
    return ids.find((id) => typeof id === 'string');
  } catch {
    return undefined;
  }
}
