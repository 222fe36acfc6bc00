import { DATA_RESIDENCY_HOOKS, isLifecycleEvent, ROUTE_KINDS } from '../../lambda/contract/routes';
import type { YamlValue } from './document';
import type { Endpoint } from './model';
import { DATA_RESIDENCY_MODULE, type EndpointItem, type Reference } from './modules';
import { closest, didYouMean, type Problems } from './problems';
import { eventsOf } from './triggers';

const ENDPOINT_KEYS = ['key', 'remote', 'route', 'auth'];
const AUTH_KEYS = ['appSystemToken', 'appUserToken'];

/** Checks that the backend can serve an endpoint of our remote for the modules that use it. */
export function checkEndpoint(
  endpoint: EndpointItem,
  users: readonly Reference[],
  remote: YamlValue,
  problems: Problems,
): void {
  checkKeys(endpoint, problems);
  checkPath(endpoint, problems);
  checkAuth(endpoint, problems);
  checkUsers(endpoint, users, problems);
  checkTokenEnabled(endpoint, users, remote, problems);
}

const named = (endpoint: EndpointItem) => `Endpoint ${JSON.stringify(endpoint.key)}`;

/** Atlassian's validator accepts any key here, so only probable typos are refused. */
function checkKeys(endpoint: EndpointItem, problems: Problems): void {
  for (const [key, value] of endpoint.yaml.entries()) {
    const meant = ENDPOINT_KEYS.includes(key) ? undefined : closest(key, ENDPOINT_KEYS);
    if (meant === undefined) continue;
    problems.add(
      value,
      `${named(endpoint)} has the key ${JSON.stringify(key)}`,
      `Did you mean ${JSON.stringify(meant)}?`,
    );
  }
}

function checkPath(endpoint: EndpointItem, problems: Problems): void {
  const path = endpoint.yaml.get('route').get('path');
  const allowed =
    'Allowed: a path such as /forge/token, with letters, digits, ".", "_", "~" and "-" between single slashes.';
  if (path.text === undefined) {
    problems.add(path, `${named(endpoint)} has no string as route.path (it is ${path.shown})`, allowed);
    return;
  }
  const reason = routePathProblem(path.text);
  if (reason !== undefined) {
    problems.add(path, `${named(endpoint)} has the route.path ${JSON.stringify(path.text)}: ${reason}`, allowed);
  }
}

function checkAuth(endpoint: EndpointItem, problems: Problems): void {
  const auth = endpoint.yaml.get('auth');
  const misspelt = [
    ...auth.entries().map(([key, value]) => ({ key, value, known: AUTH_KEYS, where: 'auth' })),
    ...AUTH_KEYS.flatMap((token) =>
      auth
        .get(token)
        .entries()
        .map(([key, value]) => ({ key, value, known: ['enabled'], where: `auth.${token}` })),
    ),
  ].filter(({ key, known }) => !known.includes(key));
  for (const { key, value, known, where } of misspelt) {
    problems.add(
      value,
      `${named(endpoint)} has the key ${JSON.stringify(key)} in ${where}, which Forge ignores`,
      `Allowed: ${known.join(', ')}.${didYouMean(key, known)}`,
    );
  }
}

function checkUsers(endpoint: EndpointItem, users: readonly Reference[], problems: Problems): void {
  for (const { moduleType, moduleKey, line } of users) {
    if (ROUTE_KINDS.some((kind) => kind === moduleType)) continue;
    problems.add(
      { line },
      `${moduleType} ${JSON.stringify(moduleKey)} calls endpoint ${JSON.stringify(endpoint.key)} of this backend, which does not serve it`,
      `This backend serves ${ROUTE_KINDS.join(', ')}. Use a Forge function, or an endpoint of another remote.`,
    );
  }
}

/**
 * The receiver answers 422 to a call that should bring a token and doesn't. Product events need no token: the job uses
 * the one in the slot.
 */
function checkTokenEnabled(
  endpoint: EndpointItem,
  users: readonly Reference[],
  remote: YamlValue,
  problems: Problems,
): void {
  const trigger = users.find(
    ({ moduleType, yaml }) =>
      moduleType === 'scheduledTrigger' || (moduleType === 'trigger' && eventsOf(yaml).every(isLifecycleEvent)),
  );
  if (endpoint.systemToken || trigger === undefined) return;
  const onRemote = remote.get('auth').get('appSystemToken').get('enabled').scalar === true;
  problems.add(
    endpoint,
    `${named(endpoint)} is called by ${trigger.moduleType} ${JSON.stringify(trigger.moduleKey)} without the system token, so every call would be refused with 422`,
    onRemote
      ? 'remotes.auth has no effect on triggers. Set "auth.appSystemToken.enabled: true" on the endpoint.'
      : 'Set "auth.appSystemToken.enabled: true" on the endpoint.',
  );
}

/** Checks that each path has one meaning: the path decides how a call is handled. */
export function checkRoutes(endpoints: readonly Endpoint[], problems: Problems): void {
  for (const endpoint of endpoints) {
    const kinds = new Set(endpoint.users.map(({ kind }) => kind));
    if (kinds.has('preUninstall') && kinds.size > 1) {
      problems.add(
        endpoint,
        `Endpoint ${JSON.stringify(endpoint.key)} is called by triggers and by preUninstall`,
        'Give preUninstall its own endpoint and path: it removes what triggers store.',
      );
    }
  }
  for (const [index, endpoint] of endpoints.entries()) {
    const first = endpoints.slice(0, index).find(({ path, kind }) => path === endpoint.path && kind !== endpoint.kind);
    if (first === undefined) continue;
    problems.add(
      endpoint,
      `Endpoint ${JSON.stringify(endpoint.key)} (${endpoint.kind}) has the path ${JSON.stringify(endpoint.path)} of endpoint ${JSON.stringify(first.key)} (${first.kind})`,
      'Give one of them another path.',
    );
  }
}

/** Unreserved characters of a URL (RFC 3986): nothing between Forge and the receiver encodes them. */
const PLAIN_SEGMENT = /^[A-Za-z0-9._~-]+$/;

/** Why `path` can't be an endpoint's `route.path`; `undefined` if it can. */
export function routePathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it does not start with a slash, and Forge appends it to the base URL as it is';
  if (path === '/') return undefined;
  if (path.includes('?') || path.includes('#')) return 'it contains a query or a fragment';
  if (path.endsWith('/')) return 'it ends with a slash';
  const segments = path.slice(1).split('/');
  if (segments.includes('')) return 'it contains two slashes in a row';
  if (segments.includes('.') || segments.includes('..'))
    return 'it contains a "." or ".." segment, which HTTP clients resolve';
  if (!segments.every((segment) => PLAIN_SEGMENT.test(segment))) {
    return 'it contains a character that may arrive encoded';
  }
  return undefined;
}

/** The module that makes Forge call the data residency hooks. */
export interface DataResidencyModule {
  readonly key: string | undefined;
  /** Forge calls the hooks below this path. */
  readonly path: string;
}

/**
 * The module that makes Forge call the hooks when a site's data moves to another region; `undefined` without one.
 * Atlassian's validator checks the number of such modules, and the time limit of a move.
 */
export function readDataResidency(
  root: YamlValue,
  remoteKey: string,
  endpoints: readonly Endpoint[],
  problems: Problems,
): DataResidencyModule | undefined {
  const module = root
    .get('modules')
    .get(DATA_RESIDENCY_MODULE)
    .items()
    .find((item) => item.get('remote').text === remoteKey);
  if (!module) return undefined;
  const path = module.get('path');
  const allowed = 'Give it one such as /forge/move: Forge calls /forge/move/schedule, and four more below it.';
  if (path.text === undefined) {
    problems.add(module, `${DATA_RESIDENCY_MODULE} has no path`, allowed);
    return undefined;
  }
  const reason = path.text === '/' ? 'the hooks would be at //schedule' : routePathProblem(path.text);
  if (reason !== undefined) {
    problems.add(path, `${DATA_RESIDENCY_MODULE} has the path ${JSON.stringify(path.text)}: ${reason}`, allowed);
  }
  const hooks = DATA_RESIDENCY_HOOKS.map((hook) => `${path.text}/${hook}`);
  const taken = endpoints.find((endpoint) => hooks.includes(endpoint.path));
  if (taken) {
    problems.add(
      path,
      `${DATA_RESIDENCY_MODULE} has the path ${JSON.stringify(path.text)}, and endpoint ${JSON.stringify(taken.key)} is at ${taken.path}`,
      'Give one of them another path.',
    );
  }
  return { key: module.get('key').text, path: path.text };
}
