import { isDeepStrictEqual } from 'node:util';
import { compareBaseUrl } from './base-url';
import { major, minor, NOT_LISTED, type VersionChange } from './change';
import { at, both, byKey, entries } from './lenient';

/** Settings of a remote that have rules of their own. */
const COMPARED = ['key', 'baseUrl', 'storage'];

export function compareRemotes(before: unknown, after: unknown): VersionChange[] {
  const [old, now] = both(before, after, (manifest) => byKey(at(manifest, 'remotes')));
  const added = [...now.keys()]
    .filter((key) => !old.has(key))
    .map((key) => major(`The remote ${JSON.stringify(key)} is new`, 'Adding a remote makes a major version.'));
  const removed = [...old.keys()]
    .filter((key) => !now.has(key))
    .map((key) => minor(`The remote ${JSON.stringify(key)} is gone`, 'Removing a remote is minor.'));
  const changed = [...now].flatMap(([key, remote]) => (old.has(key) ? compareRemote(key, old.get(key), remote) : []));
  return [...added, ...removed, ...changed];
}

function compareRemote(key: string, before: unknown, after: unknown): VersionChange[] {
  const named = `The remote ${JSON.stringify(key)}`;
  return [
    ...compareBaseUrl(named, at(before, 'baseUrl'), at(after, 'baseUrl')),
    ...compareStorage(named, before, after),
    ...compareOthers(named, before, after),
  ];
}

function compareStorage(named: string, before: unknown, after: unknown): VersionChange[] {
  const [was, is] = both(before, after, storesEndUserData);
  if (was === is) return [];
  const without = 'With no operations listed, Forge takes it as true.';
  const note = [before, after].some((remote) => at(remote, 'storage', 'inScopeEUD') === undefined) ? ` ${without}` : '';
  return is
    ? [major(`${named} now stores end-user data`, `inScopeEUD from false to true makes a major version.${note}`)]
    : [minor(`${named} no longer stores end-user data`, `inScopeEUD from true to false is minor.${note}`)];
}

/** Forge assumes that a remote for which no operations are listed stores end-user data (Forge's manifest reference). */
function storesEndUserData(remote: unknown): boolean {
  const said = at(remote, 'storage', 'inScopeEUD');
  return typeof said === 'boolean' ? said : at(remote, 'operations') === undefined;
}

function compareOthers(named: string, before: unknown, after: unknown): VersionChange[] {
  const keys = new Set([...entries(before), ...entries(after)].map(([key]) => key));
  return [...keys]
    .filter((key) => !COMPARED.includes(key) && !isDeepStrictEqual(at(before, key), at(after, key)))
    .map((key) => minor(`${named} has another "${key}"`, NOT_LISTED));
}
