import { randomBytes } from 'node:crypto';
import { type Installation, invocationClaims, newInstallation, signInvocationToken } from './invocation-token';
import { startKeyServer } from './key-server';
import { createSigningKey } from './signing-key';
import { createSystemTokens } from './system-tokens';

/** One call of an endpoint, as manifest.yml describes it. */
export interface EndpointCall {
  /** The endpoint's key, and the URL that Forge makes of `baseUrl` and `route.path`. */
  readonly endpointKey: string;
  readonly url: string;
  /** Whether the endpoint asks for a system token. */
  readonly systemToken: boolean;
}

/** What the remote answered, and the trace id under which it logged the call. */
export interface CallResult {
  readonly status: number;
  readonly body: string;
  readonly traceId: string;
}

/** A stand-in for Forge: its keys, its tokens, and the calls it makes. */
export interface SimulatedForge {
  readonly jwksUrl: string;
  readonly installation: Installation;
  /** Calls an endpoint as Forge does. */
  call(endpoint: EndpointCall): Promise<CallResult>;
  /** Calls an endpoint with a token in Forge's shape that somebody else signed. */
  forge(endpoint: EndpointCall): Promise<CallResult>;
  /** Makes the next call bring a new system token. */
  rotateSystemToken(): void;
  stop(): Promise<void>;
}

export interface ForgeOptions {
  readonly appId: string;
  /** @default 'DEVELOPMENT' */
  readonly environment?: string;
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** Starts a simulated Forge with an app that is installed on one site. */
export async function startForge({
  appId,
  environment = 'DEVELOPMENT',
  now = Date.now,
}: ForgeOptions): Promise<SimulatedForge> {
  const [key, strangersKey] = await Promise.all([createSigningKey(), createSigningKey()]);
  const keyServer = await startKeyServer(key.jwks);
  const systemTokens = createSystemTokens(now);
  const installation = newInstallation();

  async function call({ endpointKey, url, systemToken }: EndpointCall, signer: typeof key): Promise<CallResult> {
    const claims = invocationClaims({
      appId,
      installation,
      environment,
      endpointKey,
      nowSeconds: Math.floor(now() / 1000),
    });
    const traceId = randomBytes(16).toString('hex');
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${await signInvocationToken(claims, signer)}`,
        'content-type': 'application/json',
        'x-b3-traceid': traceId,
        'x-b3-spanid': randomBytes(8).toString('hex'),
        ...(systemToken && { 'x-forge-oauth-system': await systemTokens.current(installation.uuid) }),
      },
      body: JSON.stringify({ context: claims.context, payload: {} }),
      // Forge listens for 5 s (its documentation).
      signal: AbortSignal.timeout(5_000),
    });
    return { status: response.status, body: await response.text(), traceId };
  }

  return {
    jwksUrl: keyServer.url,
    installation,
    call: (endpoint) => call(endpoint, key),
    // The right key id over the wrong key: only the signature gives it away.
    forge: (endpoint) => call(endpoint, { ...strangersKey, keyId: key.keyId }),
    rotateSystemToken: () => systemTokens.rotate(),
    stop: () => keyServer.stop(),
  };
}
