import { isDeepStrictEqual } from 'node:util';
import { major, type VersionChange } from './change';
import { at, both, byKey, entries } from './lenient';

const RULE = 'Any change to an endpoint makes a major version.';

export function compareEndpoints(before: unknown, after: unknown): VersionChange[] {
  const [old, now] = both(before, after, (manifest) => byKey(at(manifest, 'modules', 'endpoint')));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key): VersionChange[] => {
    const named = `The endpoint ${JSON.stringify(key)}`;
    const [was, is] = [old.get(key), now.get(key)];
    if (was === undefined) return [major(`${named} is new`, RULE)];
    if (is === undefined) return [major(`${named} is gone`, RULE)];
    if (isDeepStrictEqual(was, is)) return [];
    const keys = new Set([...entries(was), ...entries(is)].map(([name]) => name));
    const changed = [...keys].filter((name) => !isDeepStrictEqual(at(was, name), at(is, name)));
    const details = changed.map((name) => `${name} ${shown(at(was, name))} becomes ${shown(at(is, name))}`);
    return [major(`${named} has changed: ${details.join('; ')}`, RULE)];
  });
}

const shown = (value: unknown): string => (value === undefined ? '(none)' : JSON.stringify(value));
