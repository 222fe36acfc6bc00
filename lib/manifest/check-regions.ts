import type { Problems } from './error';
import { DEFAULT_REGION } from './regions';
import type { YamlValue } from './yaml-value';

/**
 * The remotes list the same regions, as Atlassian's validator demands: every remote that lists several, and every one
 * that says it stores end-user data. A remote with a single URL that stores none may stay as it is.
 */
export function checkSameRegions(root: YamlValue, problems: Problems): void {
  const remotes = root
    .get('remotes')
    .items()
    .filter((remote) => remote.get('baseUrl').exists)
    .map((remote) => ({ remote, regions: regionsOf(remote.get('baseUrl')) }));
  const all = [...new Set(remotes.flatMap(({ regions }) => regions))];
  for (const { remote, regions } of remotes) {
    const missing = all.filter((region) => !regions.includes(region));
    const inScope = remote.get('storage').get('inScopeEUD').scalar === true;
    if (missing.length === 0 || (regions.length === 1 && !inScope)) continue;
    const why = inScope ? 'stores in-scope end-user data' : 'has a URL for some regions';
    problems.add(
      remote.get('baseUrl'),
      `Remote ${remote.get('key').shown} ${why}, but has no URL for ${missing.join(', ')}, which another remote lists`,
      'Forge pins an app to a region only as a whole, so these remotes must list the same regions. Add the missing ones here, or remove them there.',
    );
  }
}

const regionsOf = (baseUrl: YamlValue): string[] => (baseUrl.isMap ? baseUrl.keys() : [DEFAULT_REGION]);
