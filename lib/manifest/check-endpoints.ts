import { isLifecycleEvent, ROUTE_KINDS } from '../../lambda/contract/routes';
import { eventsOf } from './check-events';
import { closest, didYouMean } from './did-you-mean';
import type { Problems } from './error';
import type { EndpointItem, Reference } from './modules';
import { routePathProblem } from './route-path';
import type { YamlValue } from './yaml-value';

const ENDPOINT_KEYS = ['key', 'remote', 'route', 'auth'];
const AUTH_KEYS = ['appSystemToken', 'appUserToken'];

/** Each endpoint of our remote is one that the backend can serve for those who use it. */
export function checkEndpoint(
  endpoint: EndpointItem,
  users: readonly Reference[],
  remote: YamlValue,
  problems: Problems,
): void {
  keysAreSpeltRight(endpoint, problems);
  pathIsPlain(endpoint, problems);
  authIsSpeltRight(endpoint, problems);
  usersAreServed(endpoint, users, problems);
  triggersBringTheToken(endpoint, users, remote, problems);
}

const named = (endpoint: EndpointItem) => `Endpoint ${JSON.stringify(endpoint.key)}`;

/** Atlassian's validator takes any key here, so only what looks like a slip is refused. */
function keysAreSpeltRight(endpoint: EndpointItem, problems: Problems): void {
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

function pathIsPlain(endpoint: EndpointItem, problems: Problems): void {
  const path = endpoint.yaml.get('route').get('path');
  const allowed =
    'Allowed is a path such as /forge/token, of letters, digits, ".", "_", "~" and "-" between single slashes.';
  if (path.text === undefined) {
    problems.add(path, `${named(endpoint)} has no route.path that is a string (it is ${path.shown})`, allowed);
    return;
  }
  const reason = routePathProblem(path.text);
  if (reason !== undefined) {
    problems.add(path, `${named(endpoint)} has the route.path ${JSON.stringify(path.text)}: ${reason}`, allowed);
  }
}

function authIsSpeltRight(endpoint: EndpointItem, problems: Problems): void {
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

function usersAreServed(endpoint: EndpointItem, users: readonly Reference[], problems: Problems): void {
  for (const { moduleType, moduleKey, line } of users) {
    if (ROUTE_KINDS.some((kind) => kind === moduleType)) continue;
    problems.add(
      { line },
      `${moduleType} ${JSON.stringify(moduleKey)} calls endpoint ${JSON.stringify(endpoint.key)} of this backend, which does not answer it`,
      `This backend serves ${ROUTE_KINDS.join(', ')}. Use a Forge function, or an endpoint of another remote.`,
    );
  }
}

/**
 * The receiver has nothing to do for a call that should bring the token and doesn't: it answers 422. Events of a product
 * need none: the job then works with the token in the slot.
 */
function triggersBringTheToken(
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
      ? 'remotes.auth does nothing for triggers. Set "auth.appSystemToken.enabled: true" on the endpoint.'
      : 'Set "auth.appSystemToken.enabled: true" on the endpoint.',
  );
}
