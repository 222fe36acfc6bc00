import { INTERVAL_MINUTES, ROUTE_KINDS } from '../../lambda/contract/routes';
import { checkAppId, checkRuntime, checkScopes, PLACEHOLDER_APP_ID } from './app';
import { checkBaseUrl, readBaseUrl } from './base-url';
import type { ManifestDocument, YamlValue } from './document';
import { checkEndpoint, checkRoutes, readDataResidency } from './endpoints';
import type { Endpoint, EndpointUser, Manifest, ReadOptions } from './model';
import {
  checkModuleLists,
  checkReferences,
  type EndpointItem,
  type Reference,
  readEndpoints,
  readReferences,
} from './modules';
import { Problems } from './problems';
import { checkSameRegions } from './regions';
import {
  checkDirectUse,
  checkEntry,
  checkRemoteKey,
  checkRemoteList,
  checkRenamed,
  chooseRemote,
  remoteEntry,
} from './remotes';
import {
  checkEvents,
  checkScheduledTriggers,
  checkTokenSource,
  eventsOf,
  keepsTokenAlive,
  parseInterval,
} from './triggers';
import { ManifestVariables } from './variables';

/**
 * Reads manifest.yml: what Forge calls on this backend, and how often.
 *
 * It refuses what would break the backend but passes Atlassian's own validator (`forge lint`). What that validator
 * refuses is only checked again if it would lead to a wrong result here.
 *
 * @throws {ManifestError} with all problems found
 */
export function readManifest({ file, root }: ManifestDocument, options: ReadOptions = {}): Manifest {
  const { allowLoopback = false } = options;
  const problems = new Problems();
  const variables = new ManifestVariables(root, options.environment);
  const modules = root.get('modules');

  const appId = checkAppId(root, variables, problems);
  checkModuleLists(root, problems);
  const endpoints = readEndpoints(root, problems);
  const references = readReferences(root, 'endpoint');
  checkReferences(references, endpoints, problems);
  checkRemoteList(root, problems);
  checkScheduledTriggers(root, problems);
  checkScopes(root, problems);
  checkRuntime(root, problems);
  const remoteKey = chooseRemote(root, endpoints, references, options.remoteKey, problems);
  if (remoteKey === undefined) return problems.fail(file);

  const entry = remoteEntry(root, remoteKey);
  checkRemoteKey(remoteKey, entry.exists ? entry : modules.get('endpoint'), problems);
  if (options.checkBaseUrl !== false) {
    checkBaseUrl(entry, variables, allowLoopback, problems);
    checkSameRegions(root, problems);
  }
  checkEntry(entry, problems);
  checkRenamed(root, remoteKey, problems);
  checkDirectUse(root, remoteKey, problems);

  const ours = endpoints
    .filter(({ remote }) => remote === remoteKey)
    .map((endpoint) => ({ endpoint, users: references.filter(({ target }) => target === endpoint.key) }));
  for (const { endpoint, users } of ours) checkEndpoint(endpoint, users, entry, problems);
  const users = ours.flatMap((our) => our.users);
  for (const user of users.filter(({ moduleType }) => moduleType === 'trigger')) checkEvents(user, problems);
  const scheduled = users.filter(({ moduleType }) => moduleType === 'scheduledTrigger');
  const shortestInterval = checkTokenSource(scheduled, modules, problems);
  const used = ours.flatMap((our) => toEndpoint(our.endpoint, our.users));
  checkRoutes(used, problems);
  const dataResidency = readDataResidency(root, remoteKey, used, problems);

  if (shortestInterval === undefined) return problems.fail(file);
  problems.throwIfAny(file);
  return {
    file,
    appId,
    placeholderAppId: appId === PLACEHOLDER_APP_ID,
    remote: { key: remoteKey, ...readBaseUrl(entry.get('baseUrl'), variables) },
    endpoints: used,
    ...(dataResidency !== undefined && { dataResidencyPath: dataResidency.path }),
    ...(dataResidency?.key !== undefined && { dataResidencyKey: dataResidency.key }),
    foreignKeys: foreignKeys(root, [...used.flatMap(keysOf), dataResidency?.key]),
    shortestInterval,
    shortestIntervalMinutes: INTERVAL_MINUTES[shortestInterval],
    tokenNeedsLicence: tokenNeedsLicence(used),
    systemToken: used.some(({ systemToken }) => systemToken),
  };
}

/** The endpoint in the model; none if no module that we serve uses it. */
function toEndpoint(item: EndpointItem, references: readonly Reference[]): Endpoint[] {
  const users = references.flatMap(toUser);
  const kind = ROUTE_KINDS.find((candidate) => users.some((user) => user.kind === candidate));
  const path = item.yaml.get('route').get('path').text;
  if (kind === undefined || path === undefined) return [];
  return [{ key: item.key, path, kind, users, systemToken: item.systemToken, line: item.line }];
}

function tokenNeedsLicence(endpoints: readonly Endpoint[]): boolean {
  const sources = endpoints
    .filter(({ systemToken }) => systemToken)
    .flatMap(({ users }) => users.filter(({ interval }) => interval !== undefined && keepsTokenAlive(interval)));
  return sources.length > 0 && sources.every(({ licensedOnly }) => licensedOnly === true);
}

const keysOf = ({ key, users }: Endpoint): string[] => [key, ...users.map((user) => user.key)];

/** Keys of all modules, including endpoints, except `ours`. */
function foreignKeys(root: YamlValue, ours: readonly (string | undefined)[]): string[] {
  const all = root
    .get('modules')
    .entries()
    .flatMap(([, list]) => list.items().flatMap((module) => module.get('key').text ?? []));
  return [...new Set(all)].filter((key) => !ours.includes(key));
}

function toUser({ moduleType, moduleKey, yaml }: Reference): EndpointUser[] {
  const kind = ROUTE_KINDS.find((candidate) => candidate === moduleType);
  if (kind === undefined) return [];
  const interval = parseInterval(yaml.get('interval').scalar);
  return [
    {
      kind,
      key: moduleKey,
      line: yaml.line,
      ...(kind === 'scheduledTrigger' && interval !== undefined && { interval }),
      ...(yaml.get('filter').get('appIsLicensed').scalar === true && { licensedOnly: true as const }),
      ...(kind === 'trigger' && { events: eventsOf(yaml) }),
    },
  ];
}
