import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_REGION } from '../../../lib/manifest/regions';
import { at, both, byKey, entries, items } from './lenient';
import { change, type VersionChange } from './rules';

/** Settings of a remote with rules of their own. */
const COMPARED = ['key', 'baseUrl', 'storage', 'operations', 'auth', 'configurable'];

/** Changes in `remotes`. */
export function compareRemotes(before: unknown, after: unknown): VersionChange[] {
  const [old, now] = both(before, after, (manifest) => byKey(at(manifest, 'remotes')));
  const added = [...now]
    .filter(([key]) => !old.has(key))
    .map(([key, remote]) => addedRemote(key, remote, before, after));
  const removed = [...old.keys()]
    .filter((key) => !now.has(key))
    .map((key) => change('remoteRemoved', `The remote ${JSON.stringify(key)} is gone`));
  const changed = [...now].flatMap(([key, remote]) => (old.has(key) ? compareRemote(key, old.get(key), remote) : []));
  return [...added, ...removed, ...changed];
}

function addedRemote(key: string, remote: unknown, before: unknown, after: unknown): VersionChange {
  const named = `The remote ${JSON.stringify(key)} is new`;
  const urls = [...urlsOf(at(remote, 'baseUrl')).values()];
  if (urls.length === 0 && at(remote, 'configurable') !== undefined) return change('remoteAddedForCustomers', named);
  const [old, now] = both(before, after, backendAddresses);
  const isMoved = urls.length > 0 && urls.every((url) => old.has(url) && !now.has(url));
  return isMoved
    ? change('remoteMovedFromFetch', `${named}, with a URL that was in permissions.external.fetch.backend`)
    : change('remoteAdded', named);
}

/** Addresses that Forge functions may fetch from. */
function backendAddresses(manifest: unknown): Set<unknown> {
  const backend = items(at(manifest, 'permissions', 'external', 'fetch', 'backend'));
  return new Set(backend.map((entry) => at(entry, 'address') ?? entry));
}

function compareRemote(key: string, before: unknown, after: unknown): VersionChange[] {
  const named = `The remote ${JSON.stringify(key)}`;
  return [
    ...compareBaseUrl(named, before, after),
    ...compareStorage(named, before, after),
    ...compareOperations(named, before, after),
    ...compareSettings(named, before, after),
  ];
}

function compareSettings(named: string, before: unknown, after: unknown): VersionChange[] {
  const [wasConfigurable, isConfigurable] = both(before, after, (remote) => at(remote, 'configurable'));
  const keys = new Set([...entries(before), ...entries(after)].map(([key]) => key));
  const differs = (key: string) => !isDeepStrictEqual(at(before, key), at(after, key));
  return [
    ...(!differs('configurable')
      ? []
      : wasConfigurable === undefined
        ? [change('remoteConfigurableAdded', `${named} can now be configured by customers`)]
        : [
            change(
              'remoteConfigurableChanged',
              `${named} ${isConfigurable === undefined ? 'can no longer be configured by customers' : 'is configured by customers differently'}`,
            ),
          ]),
    ...(differs('auth') ? [change('remoteAuthChanged', `${named} has another "auth"`)] : []),
    ...[...keys]
      .filter((key) => !COMPARED.includes(key) && differs(key))
      .map((key) => change('unlisted', `${named} has another "${key}"`)),
  ];
}

function compareOperations(named: string, before: unknown, after: unknown): VersionChange[] {
  const [old, now] = both(before, after, (remote) => items(at(remote, 'operations')).map(String));
  const [wasListed, isListed] = both(before, after, (remote) => at(remote, 'operations') !== undefined);
  if (wasListed !== isListed) {
    return [
      change(
        isListed ? 'unlisted' : 'operationsUnspecified',
        `${named} lists ${isListed ? `its operations now: ${now.join(', ')}` : 'no operations any more'}`,
      ),
    ];
  }
  const added = now.filter((operation) => !old.includes(operation));
  const removed = old.filter((operation) => !now.includes(operation));
  return [
    ...(added.length > 0 ? [change('operationAdded', `${named} has more operations: ${added.join(', ')}`)] : []),
    ...(removed.length > 0
      ? [change('operationRemoved', `${named} has fewer operations; removed: ${removed.join(', ')}`)]
      : []),
  ];
}

function compareStorage(named: string, before: unknown, after: unknown): VersionChange[] {
  const [was, is] = both(before, after, storesEndUserData);
  if (was === is) return [];
  const isUnspecified = [before, after].some((remote) => at(remote, 'storage', 'inScopeEUD') === undefined);
  const note = isUnspecified ? 'Without listed operations, Forge assumes that it does.' : undefined;
  return is
    ? [change('endUserDataStored', `${named} now stores end-user data`, note)]
    : [change('endUserDataNotStored', `${named} no longer stores end-user data`, note)];
}

/** Without a list of operations, Forge assumes that a remote stores end-user data (Forge's manifest reference). */
function storesEndUserData(remote: unknown): boolean {
  const inScope = at(remote, 'storage', 'inScopeEUD');
  return typeof inScope === 'boolean' ? inScope : at(remote, 'operations') === undefined;
}

type Urls = ReadonlyMap<string, string>;

/** URLs by region. A single URL is the default. */
function urlsOf(baseUrl: unknown): Urls {
  const urls: [string, unknown][] = typeof baseUrl === 'string' ? [[DEFAULT_REGION, baseUrl]] : entries(baseUrl);
  return new Map(urls.map(([region, url]) => [region, String(url)]));
}

function compareBaseUrl(named: string, before: unknown, after: unknown): VersionChange[] {
  const [wasUrl, isUrl] = both(before, after, (remote) => at(remote, 'baseUrl'));
  const [old, now] = both(wasUrl, isUrl, urlsOf);
  if (old.size === 0 && now.size === 0) return [];
  if (old.size === 0) return [change('baseUrlAdded', `${named} has a baseUrl now: ${allOf(now)}`)];
  if (now.size === 0) {
    const isForCustomers = at(after, 'configurable') !== undefined;
    const rule = isForCustomers ? 'baseUrlRemovedForCustomers' : 'baseUrlRemoved';
    return [change(rule, `${named} has no baseUrl any more; it was ${allOf(old)}`)];
  }
  const [was = '(none)', is = '(none)'] = both(old, now, (urls) => urls.get(DEFAULT_REGION));
  const [wasMap, isMap] = both(wasUrl, isUrl, (url) => typeof url !== 'string');
  if (!wasMap && isMap) return turnedIntoMap(named, was, now);
  if (wasMap && !isMap) return turnedIntoUrl(named, old, is);
  if (!wasMap)
    return was === is ? [] : [change('baseUrlChanged', `${named} has another baseUrl: ${was} becomes ${is}`)];
  return compareRegions(named, old, now);
}

function turnedIntoMap(named: string, was: string, now: Urls): VersionChange[] {
  const fresh = [...now].filter(([, url]) => url !== was);
  if (fresh.length === 0) {
    return [change('urlToMap', `${named} has a map of regions as baseUrl, all with the previous URL`)];
  }
  return [change('urlToMapWithNewUrls', `${named} has a map of regions as baseUrl, with new URLs: ${shown(fresh)}`)];
}

function turnedIntoUrl(named: string, old: Urls, is: string): VersionChange[] {
  const gone = [...old].filter(([region, url]) => region !== DEFAULT_REGION || url !== is);
  if (gone.length === 0) return [change('unlisted', `${named} has one URL as baseUrl, that of its previous map`)];
  const isNew = ![...old.values()].includes(is);
  const what = `${named} has one URL as baseUrl, ${is}, instead of a map; removed: ${shown(gone)}`;
  return [change(isNew ? 'baseUrlChanged' : 'regionRemoved', what)];
}

function compareRegions(named: string, old: Urls, now: Urls): VersionChange[] {
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((region): VersionChange[] => {
    const [was, is] = [old.get(region), now.get(region)];
    if (was === is) return [];
    if (was === undefined) return [change('regionAdded', `${named} has the region ${region}: ${is}`)];
    if (is === undefined) return [change('regionRemoved', `${named} no longer has the region ${region}: ${was}`)];
    return [change('regionChanged', `${named} has another URL for ${region}: ${was} becomes ${is}`)];
  });
}

const allOf = (urls: Urls): string => (urls.size === 1 ? (urls.get(DEFAULT_REGION) ?? '') : shown([...urls]));

const shown = (urls: readonly (readonly [string, string])[]): string =>
  urls.map(([region, url]) => `${region} ${url}`).join(', ');
