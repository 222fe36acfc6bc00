import { major, minor, type VersionChange } from './change';
import { at, both, entries, items } from './lenient';

export function compareScopes(before: unknown, after: unknown): VersionChange[] {
  const [old, now] = both(before, after, (manifest) => scopesOf(at(manifest, 'permissions', 'scopes')));
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((scope): VersionChange[] => {
    const [was, is] = [old.get(scope), now.get(scope)];
    if (was === undefined) return [major(`The scope ${scope} is new`, 'A new scope makes a major version.')];
    if (is === undefined) return [minor(`The scope ${scope} is gone`, 'Removing a scope is minor.')];
    if (was.impersonates === is.impersonates) return [];
    return is.impersonates
      ? [major(`The scope ${scope} now allows impersonation`, 'It lets the app do more: taken as a new scope.')]
      : [minor(`The scope ${scope} no longer allows impersonation`, 'It lets the app do less: taken as a scope less.')];
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
