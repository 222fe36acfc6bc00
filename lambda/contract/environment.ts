import { FORGE_ENVIRONMENTS, type ForgeEnvironment, ROUTE_KINDS, type RouteKind, type Routes } from './routes';

/** Names of the receiver's environment variables: CDK writes them, the function reads them. */
export const RECEIVER_ENV = {
  appId: 'FORGE_APP_ID',
  environments: 'FORGE_ENVIRONMENTS',
  jwksUrl: 'FORGE_JWKS_URL',
  routes: 'FORGE_ROUTES',
  isolatedCloud: 'FORGE_ISOLATED_CLOUD',
  trustKeysForHours: 'FORGE_TRUST_KEYS_FOR_HOURS',
  slotArn: 'SLOT_ARN',
  remoteName: 'REMOTE_NAME',
} as const;

/** Where Forge publishes the public keys of its invocation tokens (Atlassian's documentation of Forge Remote). */
export const FORGE_JWKS_URL = 'https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json';

/** An app's ARI: `app.id` in manifest.yml, and so the audience of its invocation tokens. */
export const APP_ARI = /^ari:cloud:ecosystem::app\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Isolated Clouds that a stage serves beside Atlassian's commercial cloud. */
export interface IsolatedCloud {
  /** URL of their key sets; the token's claim `icLabel` takes the place of `{icLabel}`. */
  readonly jwksUrlTemplate: string;
  /** Host names of their APIs: the only ones to which their tokens are sent. */
  readonly apiHosts: readonly string[];
}

/** What the receiver is told by its environment. */
export interface ReceiverSettings {
  /** The app's ARI, which is the invocation token's only accepted audience. */
  readonly appId: string;
  /** Forge environment types that this stage serves; calls from others are refused. */
  readonly environments: readonly ForgeEnvironment[];
  readonly jwksUrl: string;
  /** Absent: calls from Isolated Clouds are refused. */
  readonly isolatedCloud?: IsolatedCloud;
  /** How long known keys are trusted while the key server can't be reached, in hours. */
  readonly trustKeysForHours: number;
  readonly routes: Routes;
  readonly slotArn: string;
  /** Value of the metric dimension `Remote`: tells two remotes in one account and region apart. */
  readonly remoteName: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The environment variables that say `settings`. */
export function receiverVariables(settings: ReceiverSettings): Record<string, string> {
  return {
    [RECEIVER_ENV.appId]: settings.appId,
    [RECEIVER_ENV.environments]: settings.environments.join(','),
    [RECEIVER_ENV.jwksUrl]: settings.jwksUrl,
    ...(settings.isolatedCloud && { [RECEIVER_ENV.isolatedCloud]: JSON.stringify(settings.isolatedCloud) }),
    [RECEIVER_ENV.trustKeysForHours]: String(settings.trustKeysForHours),
    [RECEIVER_ENV.routes]: JSON.stringify(settings.routes),
    [RECEIVER_ENV.slotArn]: settings.slotArn,
    [RECEIVER_ENV.remoteName]: settings.remoteName,
  };
}

/**
 * The settings in `variables`. Whatever can be wrong is found here, when the function starts, not at the first call.
 *
 * @throws {Error} naming the variable, its value and what is allowed
 */
export function parseReceiverVariables(variables: Variables): ReceiverSettings {
  const appId = required(variables, RECEIVER_ENV.appId);
  if (!APP_ARI.test(appId)) throw invalid(RECEIVER_ENV.appId, appId, 'ari:cloud:ecosystem::app/<uuid>');
  return {
    appId,
    environments: parseEnvironments(required(variables, RECEIVER_ENV.environments)),
    jwksUrl: parseJwksUrl(required(variables, RECEIVER_ENV.jwksUrl)),
    ...parseIsolatedCloud(variables[RECEIVER_ENV.isolatedCloud]),
    trustKeysForHours: parseHours(required(variables, RECEIVER_ENV.trustKeysForHours)),
    routes: parseRoutes(required(variables, RECEIVER_ENV.routes)),
    slotArn: required(variables, RECEIVER_ENV.slotArn),
    remoteName: required(variables, RECEIVER_ENV.remoteName),
  };
}

function required(variables: Variables, name: string): string {
  const value = variables[name];
  if (value === undefined || value === '') {
    throw new Error(
      `Environment variable ${name} is not set. CDK sets it: deploy the stack again with "npm run deploy".`,
    );
  }
  return value;
}

const invalid = (name: string, value: string, allowed: string) =>
  new Error(
    `Environment variable ${name} is ${JSON.stringify(value)}; allowed: ${allowed}. Deploy the stack again with "npm run deploy".`,
  );

function parseEnvironments(text: string): ForgeEnvironment[] {
  return text.split(',').map((name) => {
    const known = FORGE_ENVIRONMENTS.find((environment) => environment === name);
    if (!known)
      throw invalid(RECEIVER_ENV.environments, text, `a comma-separated list of ${FORGE_ENVIRONMENTS.join(', ')}`);
    return known;
  });
}

/** URLs that keys may be fetched from, in words. */
export const JWKS_URL_ALLOWED = 'an https: URL, or http: on 127.0.0.1, localhost or [::1]';

/** Whether keys may be fetched from `text`: over HTTPS, or in plain text from this machine, which a local run does. */
export function isJwksUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  return url?.protocol === 'https:' || isLoopback;
}

function parseJwksUrl(text: string): string {
  if (isJwksUrl(text)) return text;
  throw invalid(RECEIVER_ENV.jwksUrl, text, JWKS_URL_ALLOWED);
}

/** Where the label goes in {@link IsolatedCloud.jwksUrlTemplate}. */
export const LABEL_PLACEHOLDER = '{icLabel}';

/**
 * Whether key sets may be fetched by this template: over HTTPS, with the label's place in it once, in the path or in
 * front of a fixed domain. A label is read from a token that nobody has verified: it must not choose the host.
 */
export const isJwksUrlTemplate = (text: string) =>
  text.split(LABEL_PLACEHOLDER).length === 2 &&
  /^https:\/\/(\{icLabel\}\.)?([a-z0-9-]+\.)+[a-z]+(:\d+)?\/[^\s?#]*$/.test(text);

/** Whether `text` is a host name, and nothing more. */
export const isHostName = (text: string) => /^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text);

function parseIsolatedCloud(text: string | undefined): { isolatedCloud?: IsolatedCloud } {
  if (text === undefined) return {};
  const { jwksUrlTemplate, apiHosts } = parseObject(RECEIVER_ENV.isolatedCloud, text, ISOLATED_CLOUD_ALLOWED);
  const isTemplate = typeof jwksUrlTemplate === 'string' && isJwksUrlTemplate(jwksUrlTemplate);
  if (
    !isTemplate ||
    !Array.isArray(apiHosts) ||
    !apiHosts.every((host) => typeof host === 'string' && isHostName(host))
  ) {
    throw invalid(RECEIVER_ENV.isolatedCloud, text, ISOLATED_CLOUD_ALLOWED);
  }
  return { isolatedCloud: { jwksUrlTemplate, apiHosts } };
}

const ISOLATED_CLOUD_ALLOWED =
  'a JSON object with jwksUrlTemplate, an https: URL with {icLabel} in it, and apiHosts, a list of host names';

function parseHours(text: string): number {
  const hours = Number(text);
  if (Number.isFinite(hours) && hours > 0) return hours;
  throw invalid(RECEIVER_ENV.trustKeysForHours, text, 'a number above 0');
}

function parseObject(name: string, text: string, allowed: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid(name, text, allowed);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw invalid(name, text, allowed);
  return parsed as Record<string, unknown>;
}

function parseRoutes(text: string): Routes {
  const allowed = `a JSON object of path to one of ${ROUTE_KINDS.join(', ')}, with at least one path`;
  const entries = Object.entries(parseObject(RECEIVER_ENV.routes, text, allowed));
  const isKind = (kind: unknown): kind is RouteKind => ROUTE_KINDS.some((known) => known === kind);
  if (entries.length === 0 || !entries.every(([path, kind]) => path.startsWith('/') && isKind(kind))) {
    throw invalid(RECEIVER_ENV.routes, text, allowed);
  }
  return Object.fromEntries(entries) as Routes;
}
