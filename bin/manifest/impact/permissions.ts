import { isDeepStrictEqual } from 'node:util';
import { at, both, entries, items } from './lenient';
import { change, type RuleName, type VersionChange } from './rules';

/** Changes in `permissions`. */
export function comparePermissions(before: unknown, after: unknown): VersionChange[] {
  const [old, now] = both(before, after, (manifest) => at(manifest, 'permissions'));
  return [
    ...compareScopes(old, now),
    ...compareExternal(old, now),
    ...compareContent(old, now),
    ...['sandbox', 'enforcement']
      .filter((key) => !isDeepStrictEqual(at(old, key), at(now, key)))
      .map((key) => change('capabilitiesChanged', `permissions.${key} has changed`)),
  ];
}

function compareScopes(before: unknown, after: unknown): VersionChange[] {
  const [old, now] = both(before, after, (permissions) => scopesOf(at(permissions, 'scopes')));
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((scope): VersionChange[] => {
    const [was, is] = [old.get(scope), now.get(scope)];
    if (was === undefined) return [change('scopeAdded', `The scope ${scope} is new`)];
    if (is === undefined) return [change('scopeRemoved', `The scope ${scope} is gone`)];
    if (was.impersonates === is.impersonates) return [];
    return is.impersonates
      ? [change('impersonationAllowed', `The scope ${scope} now allows impersonation`)]
      : [change('unlisted', `The scope ${scope} no longer allows impersonation`)];
  });
}

/** The scopes of a list, or of a map such as `{ read:space:confluence: { allowImpersonation: true } }`. */
function scopesOf(scopes: unknown): Map<string, { impersonates: boolean }> {
  const listed = items(scopes).filter((scope) => typeof scope === 'string');
  return new Map([
    ...listed.map((scope) => [scope, { impersonates: false }] as const),
    ...entries(scopes).map(
      ([scope, options]) => [scope, { impersonates: at(options, 'allowImpersonation') === true }] as const,
    ),
  ]);
}

/** An address that the app may call. */
interface Egress {
  readonly category: unknown;
  readonly inScopeEUD: unknown;
}

function compareExternal(before: unknown, after: unknown): VersionChange[] {
  const [old, now] = both(before, after, (permissions) => at(permissions, 'external'));
  const [wasConfigurable, isConfigurable] = both(
    old,
    now,
    (external) => at(external, 'configurable', 'enabled') === true,
  );
  const lists = both(old, now, (external) => [
    ...entries(at(external, 'fetch')).map(([key, list]) => [`fetch.${key}`, list] as const),
    ...entries(external).filter(([key]) => key !== 'fetch' && key !== 'configurable'),
  ]);
  const names = new Set(lists.flatMap((list) => list.map(([name]) => name)));
  return [
    ...(wasConfigurable === isConfigurable
      ? []
      : [
          change(
            isConfigurable ? 'externalConfigurable' : 'unlisted',
            `permissions.external.configurable is ${isConfigurable ? 'enabled' : 'no longer enabled'}`,
          ),
        ]),
    ...[...names].flatMap((name) => {
      const [was, is] = lists.map((list) => egressOf(list.find(([key]) => key === name)?.[1]));
      return compareEgress(`permissions.external.${name}`, was ?? new Map(), is ?? new Map());
    }),
  ];
}

/** Egress by address; `remote <key>` for an entry that names a remote. */
function egressOf(list: unknown): Map<string, Egress> {
  return new Map(
    items(list).map((entry) => {
      const remote = at(entry, 'remote');
      const address =
        typeof entry === 'string' ? entry : remote === undefined ? at(entry, 'address') : `remote ${remote}`;
      return [String(address), { category: at(entry, 'category'), inScopeEUD: at(entry, 'inScopeEUD') }];
    }),
  );
}

function compareEgress(name: string, old: Map<string, Egress>, now: Map<string, Egress>): VersionChange[] {
  const added = [...now.keys()].filter((address) => !old.has(address));
  const removed = [...old.keys()].filter((address) => !now.has(address));
  return [
    ...added.map((address) => change('externalAdded', `${name} has ${address}`)),
    ...removed.map((address) => change('unlisted', `${name} no longer has ${address}`)),
    ...[...now].flatMap(([address, is]) => {
      const was = old.get(address);
      return was === undefined ? [] : compareAddress(`${address} in ${name}`, was, is);
    }),
  ];
}

function compareAddress(named: string, was: Egress, is: Egress): VersionChange[] {
  const category: RuleName = is.category === undefined ? 'egressCategoryRemoved' : 'egressCategory';
  const eud: RuleName =
    was.inScopeEUD === undefined || is.inScopeEUD === undefined
      ? 'endUserDataUnspecified'
      : is.inScopeEUD === true
        ? 'endUserDataStored'
        : 'endUserDataNotStored';
  const shown = (value: unknown) => (value === undefined ? '(none)' : String(value));
  return [
    ...(was.category === is.category
      ? []
      : [change(category, `${named} has another category: ${shown(was.category)} becomes ${shown(is.category)}`)]),
    ...(was.inScopeEUD === is.inScopeEUD
      ? []
      : [change(eud, `${named} has another inScopeEUD: ${shown(was.inScopeEUD)} becomes ${shown(is.inScopeEUD)}`)]),
  ];
}

/** Options of the content security policy. */
function compareContent(before: unknown, after: unknown): VersionChange[] {
  const [old, now] = both(before, after, (permissions) => at(permissions, 'content'));
  return [...new Set([...entries(old), ...entries(now)].map(([key]) => key))].flatMap((key) => {
    const [was, is] = both(old, now, (content) => items(at(content, key)).map(String));
    return [
      ...is
        .filter((option) => !was.includes(option))
        .map((option) => change('contentAdded', `permissions.content.${key} has ${option}`)),
      ...was
        .filter((option) => !is.includes(option))
        .map((option) => change('unlisted', `permissions.content.${key} no longer has ${option}`)),
    ];
  });
}
