import { Refusal } from '../contract/outcomes';
import { FORGE_ENVIRONMENTS, type ForgeEnvironment, type Route, shortKey } from '../contract/routes';
import { type InstallationContext, installationUuid } from '../contract/slot';
import { isRecord, isThere, quote } from '../values';

declare const verified: unique symbol;

/**
 * A call that was proven to come from Forge. Only {@link readInvocation} makes one, so a function with a parameter of this
 * type never gets unchecked claims.
 */
export interface Invocation {
  readonly [verified]: true;
  /** The installation's ARI. Keep data by it: it survives upgrades, and changes with a reinstall. */
  readonly installationId: string;
  /** The uuid in {@link installationId}. */
  readonly installation: string;
  /** The app's ARI. */
  readonly appId: string;
  readonly appVersion?: string;
  readonly environment: ForgeEnvironment;
  readonly environmentId?: string;
  /** Key of the module in manifest.yml that makes the call. */
  readonly moduleKey?: string;
  readonly moduleType?: string;
  /** Set when the deployed manifest.yml has no such module on the call's route. */
  readonly moduleUnknown?: true;
  /** Base URL of Atlassian's API for this installation. */
  readonly apiBaseUrl: string;
  /** The sites or workspaces that the app is installed in. */
  readonly contexts: readonly InstallationContext[];
  /** `true` or `false` for a paid app, else absent. */
  readonly licenseActive?: boolean;
  /** The token's id and last second, to detect a second use. */
  readonly tokenId: string;
  readonly expiresAtSeconds: number;
}

/** What a stage expects of every invocation token. */
export interface Expectations {
  /** The app's ARI: the only audience, and the only `app.id`. */
  readonly appId: string;
  /** Forge environments that the stage serves. */
  readonly environments: readonly ForgeEnvironment[];
  /**
   * Modules in manifest.yml: keys of those on all routes, and `shortKey`s of those that have nothing to do with this
   * backend.
   *
   * @default - none is known
   */
  readonly otherModules?: { readonly keys: ReadonlySet<string>; readonly shortKeys: ReadonlySet<string> };
  /**
   * Origin of an API on this machine, for local runs.
   *
   * @default - none
   */
  readonly localApiOrigin?: string;
}

type Claims = Readonly<Record<string, unknown>>;

/** Module types of Forge's own calls. Types of UI modules name their product. */
const PLATFORM_MODULE = /^core:/;
/** Module types of data residency hooks. Their documentation doesn't say which of the two it is. */
const DATA_RESIDENCY_MODULE = /^(core|migration):/;

/**
 * A signature is not a permission: with `requestRemote`, users of the app's UI have tokens for our audience in their
 * browsers. So a call must be one that its route is for. A module that the manifest doesn't know may be newer than this
 * deployment, and is accepted.
 *
 * @throws {Refusal} `principal-not-allowed` or `module-not-allowed`
 */
export function refuseWrongPurpose(
  claims: Claims,
  route: Route,
  { otherModules }: Pick<Expectations, 'otherModules'>,
): void {
  // The user's id stays out of the log.
  if (isThere(claims.principal)) throw new Refusal('principal-not-allowed');
  const { type, keys } = readModule(claims);
  const allowed = route.kind === 'dataResidency' ? DATA_RESIDENCY_MODULE : PLATFORM_MODULE;
  if (isThere(type) && !(typeof type === 'string' && allowed.test(type))) {
    throw new Refusal('module-not-allowed', `module type ${quote(type)}, not of the platform`);
  }
  const other = keys.find(
    (key) =>
      typeof key !== 'string' ||
      (!route.modules?.includes(key) && (otherModules?.keys.has(key) || otherModules?.shortKeys.has(shortKey(key)))),
  );
  if (other !== undefined) {
    throw new Refusal('module-not-allowed', `module ${quote(other)}; of this route: ${route.modules?.join(', ')}`);
  }
}

/** The module that makes the call. Real tokens name it in `app.module`, in `context.moduleKey`, or in both. */
function readModule({ app, context }: Claims): { type: unknown; keys: unknown[] } {
  const module = isRecord(app) && isThere(app.module) ? app.module : {};
  // What is not an object is no module of the platform.
  const { type, key } = isRecord(module) ? module : { type: [module], key: undefined };
  return { type, keys: [key, isRecord(context) ? context.moduleKey : undefined].filter(isThere) };
}

/**
 * Reads an invocation from the claims of a token whose signature, issuer, audience and times are right.
 *
 * Claims that decide something are required and strict. Claims that only inform (version, license) are dropped when they
 * look odd, because a genuine call matters more.
 *
 * @param expected `apiHosts` are those of the key's cloud. Absent: those of the commercial one
 * @throws {Refusal} when a deciding claim is missing, malformed or not for this stage
 */
export function readInvocation(
  claims: Claims,
  route: Route,
  expected: Expectations & { readonly apiHosts?: readonly string[] },
): Invocation {
  const { app } = claims;
  if (!isThere(app)) throw new Refusal('claim-missing', 'app');
  if (!isRecord(app)) throw new Refusal('claim-invalid', `app is ${quote(app)}, not an object`);

  const appId = requiredString(app, 'id', 'app.id');
  if (appId !== expected.appId)
    throw new Refusal('app-wrong', `app.id is ${quote(appId)}, not ${quote(expected.appId)}`);

  const installationId = requiredString(app, 'installationId', 'app.installationId');
  const installation = installationUuid(installationId);
  if (!installation) {
    throw new Refusal(
      'installation-malformed',
      `app.installationId is ${quote(installationId)}, not ari:cloud:ecosystem::installation/<uuid>`,
    );
  }
  const details = isRecord(app.installation) ? app.installation : {};
  if (isThere(details.id) && details.id !== installationId) {
    throw new Refusal(
      'claim-invalid',
      `app.installation.id is ${quote(details.id)}, app.installationId is ${quote(installationId)}`,
    );
  }

  const environment = readEnvironment(app.environment, expected.environments);
  const contexts = readContexts(details.contexts, claims.context);
  const apiBaseUrl = requiredString(app, 'apiBaseUrl', 'app.apiBaseUrl');
  // A key of one cloud is no proof for an API of another.
  refuseApiBaseUrl(apiBaseUrl, expected.apiHosts ?? commercialApiHosts(contexts), expected.localApiOrigin);

  const { license } = app;
  const module = readModule(claims);
  const keys = module.keys.flatMap((key) => asString(key) ?? []);
  const invocation: Partial<Invocation> = {
    installationId,
    installation,
    appId,
    environment: environment.type,
    apiBaseUrl,
    contexts,
    tokenId: requiredString(claims, 'jti', 'jti'),
    expiresAtSeconds: claims.exp as number,
    ...informative({
      appVersion: asString(app.appVersion),
      environmentId: environment.id,
      // One of the two may be the trigger, and the other the endpoint.
      moduleKey: keys.find((key) => isTriggerOf(route, key)) ?? keys[0],
      moduleType: asString(module.type),
      moduleUnknown: keys.some((key) => route.modules?.includes(key) === false) || undefined,
      licenseActive: isRecord(license) ? asBoolean(license.isActive ?? license.active) : undefined,
    }),
  };
  // The one place where claims become an invocation.
  return invocation as Invocation;
}

function readEnvironment(
  value: unknown,
  served: readonly ForgeEnvironment[],
): { type: ForgeEnvironment; id: string | undefined } {
  if (!isThere(value)) throw new Refusal('claim-missing', 'app.environment');
  if (!isRecord(value)) throw new Refusal('claim-invalid', `app.environment is ${quote(value)}, not an object`);
  const name = requiredString(value, 'type', 'app.environment.type');
  const type = FORGE_ENVIRONMENTS.find((known) => known === name);
  if (!type)
    throw new Refusal(
      'claim-invalid',
      `app.environment.type is ${quote(name)}, not one of ${FORGE_ENVIRONMENTS.join(', ')}`,
    );
  if (!served.includes(type)) {
    throw new Refusal(
      'environment-not-served',
      `app.environment.type is ${quote(type)}; this stage serves ${served.join(', ')}`,
    );
  }
  return { type, id: asString(value.id) };
}

const isTriggerOf = (route: Route, key: string): boolean =>
  route.kind !== 'dataResidency' && [route.schedules, route.events].some((keys) => keys && Object.hasOwn(keys, key));

/** Ids in ARIs. Bitbucket's workspaces may have theirs in braces. */
const SITE_ID = /^[\w-]{1,64}$/;
const WORKSPACE_ID = /^\{?([\w-]{1,64})\}?$/;

/**
 * The products that the installation covers, each with its site. Real tokens lack `cloudId`: then the site is in the
 * product's `apiBaseUrl`, or in the context of the call.
 */
function readContexts(value: unknown, call: unknown): InstallationContext[] {
  if (!Array.isArray(value)) return [];
  const { cloudId: site, workspaceId: workspace } = isRecord(call) ? call : {};
  return value.filter(isRecord).flatMap((context) => {
    const name = asString(context.name);
    if (!name) return [];
    const product = name.toLowerCase();
    if (product === 'bitbucket') {
      const id = firstMatch(WORKSPACE_ID, context.workspaceId, workspace);
      return [{ name, ...(id && { siteAri: `ari:cloud:bitbucket::workspace/${id}` }) }];
    }
    const id = firstMatch(SITE_ID, context.cloudId, siteIn(context.apiBaseUrl, product), site);
    return [{ name, ...(id && { siteAri: `ari:cloud:${product}::site/${id}` }) }];
  });
}

/** The site in the base URL of a product's API: `…/ex/<product>/<site>`. */
function siteIn(apiBaseUrl: unknown, product: string): string | undefined {
  const [, of, site] = /^https?:\/\/[^/]+\/ex\/([^/]+)\/([^/?#]+)$/.exec(String(apiBaseUrl)) ?? [];
  return of?.toLowerCase() === product ? site : undefined;
}

/** The id in the first of `values` that has one. */
function firstMatch(id: RegExp, ...values: readonly unknown[]): string | undefined {
  const match = values.map((value) => (typeof value === 'string' ? id.exec(value) : null)).find(Boolean);
  return match?.[1] ?? match?.[0];
}

function requiredString(object: Claims, key: string, name: string): string {
  const value = object[key];
  if (!isThere(value)) throw new Refusal('claim-missing', name);
  if (typeof value !== 'string' || value === '')
    throw new Refusal('claim-invalid', `${name} is ${quote(value)}, not a string`);
  return value;
}

const asString = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const asBoolean = (value: unknown) => (typeof value === 'boolean' ? value : undefined);
const informative = (claims: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));

/** The commercial cloud's API host, and Bitbucket's, which is for Bitbucket's installations only. */
const API_HOST = 'api.atlassian.com';
const BITBUCKET_API_HOST = 'api.bitbucket.org';

/** Hosts that may get the tokens of an installation in the commercial cloud. */
export function commercialApiHosts(contexts: readonly InstallationContext[]): readonly string[] {
  const isBitbucket = contexts.some(({ name }) => name.toLowerCase() === 'bitbucket');
  return isBitbucket ? [API_HOST, BITBUCKET_API_HOST] : [API_HOST];
}

/**
 * A URL that every parser reads in the same way: a host in plain lower case, no user, no port, nothing after the path. Ours
 * would repair other spellings, such as `https://api.atlassian.com\@elsewhere/`; another reader of the slot might send the
 * token elsewhere.
 */
const PLAIN_URL = /^https:\/\/([a-z0-9.-]+)(?:\/[\w.~:%/-]*)?$/;

/**
 * Jobs send live tokens to this URL: it must be HTTPS, on one of `hosts`, and plainly spelled.
 *
 * @param localOrigin also allowed, for local runs
 * @throws {Refusal} `api-base-url-not-allowed`
 */
export function refuseApiBaseUrl(text: string, hosts: readonly string[], localOrigin?: string): void {
  if (localOrigin !== undefined && text.startsWith(`${localOrigin}/`)) return;
  const host = PLAIN_URL.exec(text)?.[1];
  if (host === undefined || !hosts.includes(host)) {
    throw new Refusal(
      'api-base-url-not-allowed',
      `app.apiBaseUrl is ${quote(text)}; allowed: a plain https: URL on ${hosts.join(', ')}`,
    );
  }
}
