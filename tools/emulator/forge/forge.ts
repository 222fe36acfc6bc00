import { randomBytes, randomUUID } from 'node:crypto';
import { type Installation, invocationClaims, newInstallation, signInvocationToken } from './invocation-token';
import { startKeyServer } from './key-server';
import { type LifecycleEvent, lifecyclePayload } from './lifecycle';
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

/** Something that happened in a product, for a `trigger` of manifest.yml. */
export interface ProductEvent {
  /** Such as `avi:jira:created:issue`. */
  readonly name: string;
  /** Key of the trigger that waits for it. */
  readonly triggerKey: string;
  /** What else Forge tells of it. @default nothing */
  readonly fields?: Readonly<Record<string, unknown>>;
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
  /** The first installation. */
  readonly installation: Installation;
  /** All that are there now, in the order in which they were installed. */
  readonly installations: readonly Installation[];
  /** Calls an endpoint as Forge does. @param installation that it calls for. @default the first one */
  call(endpoint: EndpointCall, installation?: Installation): Promise<CallResult>;
  /** Tells an endpoint of an event. @param installation where it happened. @default the first one */
  fire(endpoint: EndpointCall, event: ProductEvent, installation?: Installation): Promise<CallResult>;
  /** Calls an endpoint with a token in Forge's shape that somebody else signed. */
  forge(endpoint: EndpointCall): Promise<CallResult>;
  /**
   * Installs the app, and tells the endpoint so.
   *
   * @param cloudId of the site: one that had the app before makes it a reinstallation. @default a new site
   */
  install(endpoint: EndpointCall, cloudId?: string): Promise<CallResult & { readonly installation: Installation }>;
  /** Tells the endpoint of a new major version. The installation stays the same. */
  upgrade(endpoint: EndpointCall, installation?: Installation): Promise<CallResult>;
  /** Tells the preUninstall endpoint, then ends the installation and its tokens, whatever was answered. */
  uninstall(endpoint: EndpointCall, installation?: Installation): Promise<CallResult>;
  /** Makes the next call of each installation bring a new system token. */
  rotateSystemToken(): void;
  /** Whether Atlassian's API at a site takes `token`: it is a system token of an installation there. */
  isValid(token: string, cloudId: string): Promise<boolean>;
  stop(): Promise<void>;
}

export interface ForgeOptions {
  readonly appId: string;
  /** @default 'DEVELOPMENT' */
  readonly environment?: string;
  /** What the app is installed into, such as `jira`. @default 'confluence' */
  readonly product?: string;
  /** How many sites have the app at first, one at the least. @default 1 */
  readonly installations?: number;
  /** Where invocation tokens say that Atlassian's API is. @default https://api.atlassian.com */
  readonly apiOrigin?: string;
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** Starts a simulated Forge with an app that is installed on one site, or on several. */
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
      // Forge listens for 5 s (its documentation).
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
    // An event names itself, and the token the trigger that waits for it.
    fire: (endpoint, { name, triggerKey, fields }, installation = first) =>
      call(endpoint, installation, { moduleKey: triggerKey, body: { eventType: name, id: randomUUID(), ...fields } }),
    // The right key id over the wrong key: only the signature gives it away.
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
