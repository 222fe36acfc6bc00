import {
  type Cloud,
  type IsolatedCloud,
  isHostName,
  isJwksUrl,
  isJwksUrlTemplate,
  isLabel,
  isLoopbackOrigin,
  JWKS_URL_ALLOWED,
} from './clouds';
import type { KeptKeySetLocation } from './kept-key-set';
import { NEW_SECRETS_ENV } from './new-secrets';
import {
  DATA_RESIDENCY_HOOKS,
  type EndpointRoute,
  FORGE_ENVIRONMENTS,
  type ForgeEnvironment,
  INTERVAL_MINUTES,
  ROUTE_KINDS,
  type Route,
  type RouteKind,
  type Routes,
} from './routes';
import { parseSlotLocation, type SlotLocation, slotVariables } from './slot-location';
import { aboveZero, invalid, parseObject, required, type Variables } from './variables';

/** Names of the receiver's environment variables: CDK writes them, the function reads them. */
export const RECEIVER_ENV = {
  jwksUrl: 'FORGE_JWKS_URL',
  keptKeySet: 'FORGE_KEPT_KEY_SET_PARAMETER',
  remoteName: 'FORGE_REMOTE_NAME',
  appId: 'FORGE_APP_ID',
  environments: 'FORGE_ENVIRONMENTS',
  routes: 'FORGE_ROUTES',
  foreignModules: 'FORGE_FOREIGN_MODULES',
  isolatedCloud: 'FORGE_ISOLATED_CLOUD',
  clouds: 'FORGE_CLOUDS',
  trustKeysForHours: 'FORGE_TRUST_KEYS_FOR_HOURS',
  queueUrl: 'FORGE_JOB_QUEUE_URL',
  keepDays: 'FORGE_SLOT_KEEP_DAYS',
  newSecrets: NEW_SECRETS_ENV,
  localApiOrigin: 'FORGE_LOCAL_API_ORIGIN',
  app: 'FORGE_REMOTE_APP',
  stage: 'FORGE_REMOTE_STAGE',
} as const;

/** An app's ARI: `app.id` in manifest.yml, and so the audience of its invocation tokens. */
export const APP_ARI = /^ari:cloud:ecosystem::app\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The receiver's settings, from its environment. */
export interface ReceiverSettings {
  /** The app's ARI, which is the invocation token's only accepted audience. */
  readonly appId: string;
  /** Forge environment types that this stage serves; calls from others are refused. */
  readonly environments: readonly ForgeEnvironment[];
  readonly jwksUrl: string;
  /** Absent: calls from Isolated Clouds are refused. */
  readonly isolatedCloud?: IsolatedCloud;
  /**
   * Clouds of Atlassian that stand apart from the commercial one, by a name of the team's own, such as `government`.
   * Absent: calls from them are refused, since their keys are unknown.
   */
  readonly clouds?: Readonly<Record<string, Cloud>>;
  /** How long known keys are trusted while the key server can't be reached, in hours. */
  readonly trustKeysForHours: number;
  /** Where the monitor keeps Forge's last good key set. Absent where there is no monitor. */
  readonly keptKeySet?: KeptKeySetLocation;
  readonly routes: Routes;
  /** {@link shortKey} of each module in manifest.yml that has nothing to do with this backend. Absent: none. */
  readonly foreignModules?: readonly string[];
  /** Where the tokens go. */
  readonly slots: SlotLocation;
  /** How long a slot in a table stays after its token has expired, in days. Absent where slots are secrets. */
  readonly keepDays?: number;
  /** How secrets are made, for `parseNewSecrets`. Absent where none is, or nothing is said of them. */
  readonly newSecrets?: string;
  /** The queue of the worker. Absent: a token is stored, and no work is done with it. */
  readonly queueUrl?: string;
  /** An API on this machine that may be called beside Atlassian's. For local runs. */
  readonly localApiOrigin?: string;
  /** `name` and the stage's name in config.ts: tags of the secrets that are made at run time. */
  readonly app: string;
  readonly stage: string;
  /** Value of the metric dimension `Remote`: tells two remotes in one account and region apart. */
  readonly remoteName: string;
}

/** The environment variables for `settings`. */
export function receiverVariables(settings: ReceiverSettings): Record<string, string> {
  return {
    [RECEIVER_ENV.appId]: settings.appId,
    [RECEIVER_ENV.environments]: settings.environments.join(','),
    [RECEIVER_ENV.jwksUrl]: settings.jwksUrl,
    ...(settings.isolatedCloud && { [RECEIVER_ENV.isolatedCloud]: JSON.stringify(settings.isolatedCloud) }),
    [RECEIVER_ENV.trustKeysForHours]: String(settings.trustKeysForHours),
    ...(settings.keptKeySet && { [RECEIVER_ENV.keptKeySet]: settings.keptKeySet.parameterName }),
    [RECEIVER_ENV.routes]: JSON.stringify(settings.routes),
    ...(settings.foreignModules?.length && { [RECEIVER_ENV.foreignModules]: settings.foreignModules.join(' ') }),
    ...(settings.clouds && { [RECEIVER_ENV.clouds]: JSON.stringify(settings.clouds) }),
    ...slotVariables(settings.slots),
    ...(settings.keepDays !== undefined && { [RECEIVER_ENV.keepDays]: String(settings.keepDays) }),
    ...(settings.newSecrets !== undefined && { [RECEIVER_ENV.newSecrets]: settings.newSecrets }),
    ...(settings.queueUrl !== undefined && { [RECEIVER_ENV.queueUrl]: settings.queueUrl }),
    ...(settings.localApiOrigin !== undefined && { [RECEIVER_ENV.localApiOrigin]: settings.localApiOrigin }),
    [RECEIVER_ENV.app]: settings.app,
    [RECEIVER_ENV.stage]: settings.stage,
    [RECEIVER_ENV.remoteName]: settings.remoteName,
  };
}

/**
 * The settings in `variables`. Mistakes show when the function starts, not at the first call.
 *
 * @throws {Error} naming the variable, its value and what is allowed
 */
export function parseReceiverVariables(variables: Variables): ReceiverSettings {
  const appId = required(variables, RECEIVER_ENV.appId);
  if (!APP_ARI.test(appId)) throw invalid(RECEIVER_ENV.appId, appId, 'ari:cloud:ecosystem::app/<uuid>');
  const queueUrl = variables[RECEIVER_ENV.queueUrl];
  const newSecrets = variables[RECEIVER_ENV.newSecrets];
  const parameterName = variables[RECEIVER_ENV.keptKeySet];
  const slots = parseSlotLocation(variables);
  return {
    appId,
    environments: parseEnvironments(required(variables, RECEIVER_ENV.environments)),
    jwksUrl: parseJwksUrl(required(variables, RECEIVER_ENV.jwksUrl)),
    ...parseIsolatedCloud(variables[RECEIVER_ENV.isolatedCloud]),
    ...parseClouds(variables[RECEIVER_ENV.clouds]),
    trustKeysForHours: aboveZero(variables, RECEIVER_ENV.trustKeysForHours),
    ...(parameterName && { keptKeySet: { parameterName } }),
    routes: parseRoutes(required(variables, RECEIVER_ENV.routes)),
    ...parseForeignModules(variables[RECEIVER_ENV.foreignModules]),
    slots,
    ...('table' in slots && { keepDays: aboveZero(variables, RECEIVER_ENV.keepDays) }),
    ...(newSecrets && { newSecrets }),
    ...(queueUrl && { queueUrl }),
    ...parseLocalApiOrigin(variables[RECEIVER_ENV.localApiOrigin]),
    app: required(variables, RECEIVER_ENV.app),
    stage: required(variables, RECEIVER_ENV.stage),
    remoteName: required(variables, RECEIVER_ENV.remoteName),
  };
}

function parseEnvironments(text: string): ForgeEnvironment[] {
  return text.split(',').map((name) => {
    const known = FORGE_ENVIRONMENTS.find((environment) => environment === name);
    if (!known)
      throw invalid(RECEIVER_ENV.environments, text, `a comma-separated list of ${FORGE_ENVIRONMENTS.join(', ')}`);
    return known;
  });
}

function parseJwksUrl(text: string): string {
  if (isJwksUrl(text)) return text;
  throw invalid(RECEIVER_ENV.jwksUrl, text, JWKS_URL_ALLOWED);
}

function parseIsolatedCloud(text: string | undefined): { isolatedCloud?: IsolatedCloud } {
  if (text === undefined) return {};
  const { jwksUrlTemplate, apiHosts, labels } = parseObject(RECEIVER_ENV.isolatedCloud, text, ISOLATED_CLOUD_ALLOWED);
  const isTemplate = typeof jwksUrlTemplate === 'string' && isJwksUrlTemplate(jwksUrlTemplate);
  const areLabels = labels === undefined || (isStrings(labels) && labels.every(isLabel));
  if (!isTemplate || !areHostNames(apiHosts) || !areLabels) {
    throw invalid(RECEIVER_ENV.isolatedCloud, text, ISOLATED_CLOUD_ALLOWED);
  }
  return { isolatedCloud: { jwksUrlTemplate, apiHosts, ...(labels && { labels }) } };
}

const ISOLATED_CLOUD_ALLOWED =
  'a JSON object with jwksUrlTemplate, an https: URL with {icLabel} in it, apiHosts, a list of host names, and perhaps ' +
  'labels, a list of icLabels';

function parseClouds(text: string | undefined): { clouds?: Readonly<Record<string, Cloud>> } {
  if (text === undefined) return {};
  const clouds = Object.entries(parseObject(RECEIVER_ENV.clouds, text, CLOUDS_ALLOWED)).map(([name, cloud]) => {
    const { jwksUrl, apiHosts } = Object(cloud) as Record<string, unknown>;
    if (typeof jwksUrl !== 'string' || !isJwksUrl(jwksUrl) || !areHostNames(apiHosts)) {
      throw invalid(RECEIVER_ENV.clouds, text, CLOUDS_ALLOWED);
    }
    return [name, { jwksUrl, apiHosts }] as const;
  });
  return { clouds: Object.fromEntries(clouds) };
}

const CLOUDS_ALLOWED = 'a JSON object of name to {"jwksUrl": an https: URL, "apiHosts": a list of host names}';

const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
const areHostNames = (value: unknown): value is string[] =>
  isStrings(value) && value.length > 0 && value.every(isHostName);

function parseForeignModules(text: string | undefined): { foreignModules?: string[] } {
  return text === undefined ? {} : { foreignModules: text.split(' ') };
}

function parseLocalApiOrigin(text: string | undefined): { localApiOrigin?: string } {
  if (text === undefined) return {};
  if (isLoopbackOrigin(text)) return { localApiOrigin: text };
  throw invalid(RECEIVER_ENV.localApiOrigin, text, 'http://127.0.0.1:<port>');
}

function parseRoutes(text: string): Routes {
  const allowed =
    `a JSON object of path to {"kind": one of ${ROUTE_KINDS.join(', ')}}, or to {"kind": "dataResidency", "hook": one of ` +
    `${DATA_RESIDENCY_HOOKS.join(', ')}}, with at least one path`;
  const routes = parseObject(RECEIVER_ENV.routes, text, allowed);
  const entries = Object.entries(routes);
  if (entries.length === 0 || !entries.every(([path, route]) => path.startsWith('/') && isRoute(route))) {
    throw invalid(RECEIVER_ENV.routes, text, allowed);
  }
  return routes as unknown as Routes;
}

function isRoute(value: unknown): value is Route {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  if ('modules' in value && !isStrings(value.modules)) return false;
  if (value.kind === 'dataResidency')
    return 'hook' in value && DATA_RESIDENCY_HOOKS.some((hook) => hook === value.hook);
  const { kind, schedules = {} } = value as Partial<EndpointRoute>;
  const intervals = Object.values(schedules);
  return ROUTE_KINDS.includes(kind as RouteKind) && intervals.every((interval) => interval in INTERVAL_MINUTES);
}
