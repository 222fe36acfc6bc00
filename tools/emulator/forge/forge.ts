import { randomBytes, randomUUID } from 'node:crypto';
import { type Installation, invocationClaims, newInstallation, signInvocationToken } from './invocation-token';
import { startKeyServer } from './key-server';
import { type LifecycleEvent, lifecyclePayload } from './lifecycle';
import { createSigningKey } from './signing-key';
import { createSystemTokens } from './system-tokens';

/** A call of an endpoint in manifest.yml. */
export interface EndpointCall {
  /** Key and URL of the endpoint; Forge builds the URL from `baseUrl` and `route.path`. */
  readonly endpointKey: string;
  readonly url: string;
  /** Whether the endpoint requests a system token. */
  readonly systemToken: boolean;
}

/** A product event, for a `trigger` in manifest.yml. */
export interface ProductEvent {
  /** Such as `avi:jira:created:issue`. */
  readonly name: string;
  /** Key of the trigger that listens to it. */
  readonly triggerKey: string;
  /** Its other fields. @default none */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The remote's answer, and the trace id of the call. */
export interface CallResult {
  readonly status: number;
  readonly body: string;
  readonly traceId: string;
}

/** A simulated Forge: keys, tokens and calls. */
export interface SimulatedForge {
  readonly jwksUrl: string;
  /** The first installation. */
  readonly installation: Installation;
  /** All current installations, oldest first. */
  readonly installations: readonly Installation[];
  /** Calls an endpoint as Forge does. @param installation whose call it is. @default the first one */
  call(endpoint: EndpointCall, installation?: Installation): Promise<CallResult>;
  /** Sends an event to an endpoint. @param installation where it happened. @default the first one */
  fire(endpoint: EndpointCall, event: ProductEvent, installation?: Installation): Promise<CallResult>;
  /** Calls an endpoint with a forged token: Forge's claims, signed with another key. */
  forge(endpoint: EndpointCall): Promise<CallResult>;
  /**
   * Installs the app, and sends the event to the endpoint.
   *
   * @param cloudId id of the site; a site that had the app before is a reinstallation. @default a new site
   */
  install(endpoint: EndpointCall, cloudId?: string): Promise<CallResult & { readonly installation: Installation }>;
  /** Sends the event of a new major version. The installation stays the same. */
  upgrade(endpoint: EndpointCall, installation?: Installation): Promise<CallResult>;
  /** Calls the preUninstall endpoint, then ends the installation and its tokens, whatever the answer. */
  uninstall(endpoint: EndpointCall, installation?: Installation): Promise<CallResult>;
  /** The next call of each installation has a new system token. */
  rotateSystemToken(): void;
  /** Whether `token` is a valid system token of an installation at that site. */
  isValid(token: string, cloudId: string): Promise<boolean>;
  stop(): Promise<void>;
}

export interface ForgeOptions {
  readonly appId: string;
  /** @default 'DEVELOPMENT' */
  readonly environment?: string;
  /** The product, such as `jira`. @default 'confluence' */
  readonly product?: string;
  /** Number of installations at the start, at least 1. @default 1 */
  readonly installations?: number;
  /** Origin of Atlassian's API in invocation tokens. @default https://api.atlassian.com */
  readonly apiOrigin?: string;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** Starts a simulated Forge with an app on one or more sites. */
export async function startForge(options: ForgeOptions): Promise<SimulatedForge> {
  const { appId, environment = 'DEVELOPMENT', now = Date.now } = options;
  const [key, strangersKey] = await Promise.all([createSigningKey(), createSigningKey()]);
  const keyServer = await startKeyServer(key.jwks);
  const systemTokens = createSystemTokens(now);
  const first = newInstallation();
  const installations = [first, ...Array.from({ length: (options.installations ?? 1) - 1 }, () => newInstallation())];

  async function call(
    { endpointKey, url, systemToken }: EndpointCall,
    installation: Installation,
    {
      signer = key,
      moduleKey = endpointKey,
      ...more
    }: {
      readonly signer?: typeof key;
      readonly moduleKey?: string;
      readonly payload?: object;
      readonly body?: object;
    } = {},
  ): Promise<CallResult> {
    const claims = invocationClaims({
      appId,
      installation,
      environment,
      endpointKey,
      moduleKey,
      nowSeconds: Math.floor(now() / 1000),
      ...(options.product !== undefined && { product: options.product }),
      ...(options.apiOrigin !== undefined && { apiOrigin: options.apiOrigin }),
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
      body: JSON.stringify(more.body ?? { context: claims.context, payload: more.payload ?? {} }),
      // Forge's timeout (its documentation).
      signal: AbortSignal.timeout(5_000),
    });
    return { status: response.status, body: await response.text(), traceId };
  }

  const tell = (event: LifecycleEvent, endpoint: EndpointCall, installation: Installation) =>
    call(endpoint, installation, { payload: lifecyclePayload(event, appId, installation) });

  return {
    jwksUrl: keyServer.url,
    installation: first,
    installations,
    call: (endpoint, installation = first) => call(endpoint, installation),
    // The body names the event, and the token names the trigger.
    fire: (endpoint, { name, triggerKey, fields }, installation = first) =>
      call(endpoint, installation, { moduleKey: triggerKey, body: { eventType: name, id: randomUUID(), ...fields } }),
    // The right key id with a wrong key, so that only the signature is invalid.
    forge: (endpoint) => call(endpoint, first, { signer: { ...strangersKey, keyId: key.keyId } }),
    async install(endpoint, cloudId) {
      const installation = newInstallation(cloudId);
      installations.push(installation);
      return { ...(await tell('avi:forge:installed:app', endpoint, installation)), installation };
    },
    upgrade: (endpoint, installation = first) => tell('avi:forge:upgraded:app', endpoint, installation),
    async uninstall(endpoint, installation = first) {
      try {
        return await call(endpoint, installation);
      } finally {
        installations.splice(installations.indexOf(installation), 1);
      }
    },
    rotateSystemToken: () => systemTokens.rotate(),
    async isValid(token, cloudId) {
      const here = installations.filter((installation) => installation.cloudId === cloudId);
      const valid = await Promise.all(here.map(({ uuid }) => systemTokens.isValid(token, uuid)));
      return valid.includes(true);
    },
    stop: () => keyServer.stop(),
  };
}
