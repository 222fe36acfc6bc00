import { isDeepStrictEqual } from 'node:util';
import { at, both, byKey, entries, items } from './lenient';
import { change, type VersionChange } from './rules';

/** Changes of endpoints. Any of them is major. */
export function compareEndpoints(before: unknown, after: unknown): VersionChange[] {
  const [old, now] = both(before, after, (manifest) => byKey(at(manifest, 'modules', 'endpoint')));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key): VersionChange[] => {
    const named = `The endpoint ${JSON.stringify(key)}`;
    const [was, is] = [old.get(key), now.get(key)];
    if (was === undefined) return [change('endpointChanged', `${named} is new`)];
    if (is === undefined) return [change('endpointChanged', `${named} is gone`)];
    if (isDeepStrictEqual(was, is)) return [];
    const keys = new Set([...entries(was), ...entries(is)].map(([name]) => name));
    const changed = [...keys].filter((name) => !isDeepStrictEqual(at(was, name), at(is, name)));
    const details = changed.map((name) => `${name} ${shown(at(was, name))} becomes ${shown(at(is, name))}`);
    return [change('endpointChanged', `${named} has changed: ${details.join('; ')}`)];
  });
}

/** Changes of web triggers. A dynamic one may answer anything at a public URL. */
export function compareWebTriggers(before: unknown, after: unknown): VersionChange[] {
  const [old, now] = both(before, after, (manifest) => byKey(at(manifest, 'modules', 'webtrigger')));
  const added = [...now].flatMap(([key, trigger]): VersionChange[] => {
    const named = `The web trigger ${JSON.stringify(key)}`;
    const was = old.get(key);
    const [wasKind, isKind] = both(was, trigger, (module) => at(module, 'response', 'type'));
    if (was !== undefined && wasKind === isKind) {
      return isDeepStrictEqual(was, trigger) ? [] : [change('unlisted', `${named} has changed`)];
    }
    const what = `${named} is ${was === undefined ? 'new' : `no longer ${wasKind ?? 'without a response.type'}`}`;
    if (isKind === 'dynamic') return [change('dynamicWebTrigger', `${what}, and dynamic`)];
    if (isKind === 'static') return [change('unlisted', `${what}, and static`)];
    return [change('webTriggerUnspecified', `${what}, and has no response.type`)];
  });
  const removed = [...old.keys()].filter((key) => !now.has(key));
  return [...added, ...removed.map((key) => change('unlisted', `The web trigger ${JSON.stringify(key)} is gone`))];
}

/** Changes in `providers.auth`. */
export function compareProviders(before: unknown, after: unknown): VersionChange[] {
  const [old, now] = both(before, after, (manifest) => byKey(at(manifest, 'providers', 'auth')));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key): VersionChange[] => {
    const named = `The provider ${JSON.stringify(key)}`;
    const [was, is] = [old.get(key), now.get(key)];
    if (was === undefined) return [change('providerAdded', `${named} is new`)];
    if (is === undefined) return [change('providerRemoved', `${named} is gone`)];
    const [wasClient, isClient] = both(was, is, (provider) => at(provider, 'clientId'));
    const [wasRest, isRest] = both(was, is, (provider) => entries(provider).filter(([name]) => name !== 'clientId'));
    return [
      ...(wasClient === isClient
        ? []
        : [change('providerClient', `${named} has another client id: ${wasClient} becomes ${isClient}`)]),
      ...(isDeepStrictEqual(Object.fromEntries(wasRest), Object.fromEntries(isRest))
        ? []
        : [change('providerChanged', `${named} has changed`)]),
    ];
  });
}

/** Parts of `app` that may extend what the app can do, and that Forge's list doesn't mention. */
const CAPABILITIES = ['connect', 'access', 'features'];

/** Changes in `app`. */
export function compareApp(before: unknown, after: unknown): VersionChange[] {
  const [old, now] = both(before, after, (manifest) => at(manifest, 'app'));
  const [wasLicensed, isLicensed] = both(old, now, (app) => at(app, 'licensing', 'enabled') === true);
  const differs = (key: string) => !isDeepStrictEqual(at(old, key), at(now, key));
  const keys = [...new Set([...entries(old), ...entries(now)].map(([key]) => key))];
  const others = keys.filter((key) => key !== 'id' && key !== 'licensing' && differs(key));
  return [
    ...(differs('id') && at(old, 'id') !== undefined
      ? [change('otherApp', `app.id is another one: ${at(old, 'id')} becomes ${at(now, 'id')}`)]
      : []),
    ...(isLicensed && !wasLicensed ? [change('licensingEnabled', 'Licensing is enabled')] : []),
    ...(differs('licensing') && (wasLicensed || !isLicensed) ? [change('unlisted', 'app.licensing has changed')] : []),
    ...others.map((key) =>
      change(CAPABILITIES.includes(key) ? 'capabilitiesChanged' : 'unlisted', `app.${key} has changed`),
    ),
  ];
}

/** Module types with rules of their own. */
const COMPARED_MODULES = ['endpoint', 'webtrigger'];

/** Parts of the manifest with rules of their own. */
const COMPARED = ['app', 'modules', 'permissions', 'remotes', 'providers', 'environment'];

/** All other changes: module types and parts of the manifest that Forge's list doesn't mention. */
export function compareOthers(before: unknown, after: unknown): VersionChange[] {
  const [oldModules, nowModules] = both(before, after, (manifest) => at(manifest, 'modules'));
  const changedIn = (old: unknown, now: unknown, compared: readonly string[]) =>
    [...new Set([...entries(old), ...entries(now)].map(([key]) => key))].filter(
      (key) => !compared.includes(key) && !isSame(at(old, key), at(now, key)),
    );
  return [
    ...changedIn(oldModules, nowModules, COMPARED_MODULES).map((type) =>
      change('unlisted', `modules.${type} has changed`),
    ),
    ...changedIn(before, after, COMPARED).map((part) =>
      change(part === 'services' ? 'capabilitiesChanged' : 'unlisted', `${part} has changed`),
    ),
  ];
}

/** Whether both are equal in any order. Forge finds modules by their keys. */
function isSame(before: unknown, after: unknown): boolean {
  if (!Array.isArray(before) || !Array.isArray(after)) return isDeepStrictEqual(before, after);
  const inOrder = (list: unknown) =>
    items(list)
      .map((item) => JSON.stringify(item))
      .sort();
  return isDeepStrictEqual(before, after) || isDeepStrictEqual(inOrder(before), inOrder(after));
}

const shown = (value: unknown): string => (value === undefined ? '(none)' : JSON.stringify(value));
