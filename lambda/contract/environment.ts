import { FORGE_ENVIRONMENTS, type ForgeEnvironment, ROUTE_KINDS, type RouteKind, type Routes } from './routes';

/** Names of the receiver's environment variables: CDK writes them, the function reads them. */
export const RECEIVER_ENV = {
  appId: 'FORGE_APP_ID',
  environments: 'FORGE_ENVIRONMENTS',
  jwksUrl: 'FORGE_JWKS_URL',
  routes: 'FORGE_ROUTES',
  slotArn: 'SLOT_ARN',
  remoteName: 'REMOTE_NAME',
} as const;

/** Where Forge publishes the public keys of its invocation tokens (Atlassian's documentation of Forge Remote). */
export const FORGE_JWKS_URL = 'https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json';

/** An app's ARI: `app.id` in manifest.yml, and so the audience of its invocation tokens. */
export const APP_ARI = /^ari:cloud:ecosystem::app\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the receiver is told by its environment. */
export interface ReceiverSettings {
  /** The app's ARI, which is the invocation token's only accepted audience. */
  readonly appId: string;
  /** Forge environment types that this stage serves; calls from others are refused. */
  readonly environments: readonly ForgeEnvironment[];
  readonly jwksUrl: string;
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

/**
 * `url` if keys may be fetched from it: over HTTPS, or in plain text from this machine, which is what a local run does.
 *
 * @throws {Error} for any other URL
 */
export function parseJwksUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url?.protocol !== 'https:' && !loopback) {
    throw invalid(RECEIVER_ENV.jwksUrl, text, 'an https: URL, or http: on 127.0.0.1, localhost or [::1]');
  }
  return text;
}

function parseRoutes(text: string): Routes {
  const allowed = `a JSON object of path to one of ${ROUTE_KINDS.join(', ')}, with at least one path`;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid(RECEIVER_ENV.routes, text, allowed);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw invalid(RECEIVER_ENV.routes, text, allowed);
  const entries = Object.entries(parsed);
  const isKind = (kind: unknown): kind is RouteKind => ROUTE_KINDS.some((known) => known === kind);
  if (entries.length === 0 || !entries.every(([path, kind]) => path.startsWith('/') && isKind(kind))) {
    throw invalid(RECEIVER_ENV.routes, text, allowed);
  }
  return Object.fromEntries(entries) as Routes;
}
