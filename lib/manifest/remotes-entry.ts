import type { RegionMap } from './model';
import { defaultFirst } from './regions';

/**
 * The `remotes` block of manifest.yml for this backend, ready to paste, with no line break at its end.
 *
 * It works on text alone, so that `baseUrl` may be a CDK token, which has no value yet.
 */
export function remotesEntry(key: string, baseUrl: string | RegionMap): string {
  return ['remotes:', ...remoteItem(key, baseUrl, '  ')].join('\n');
}

/** The lines of one item of the `remotes` list, each indented by `indent`. */
export function remoteItem(key: string, baseUrl: string | RegionMap, indent: string): string[] {
  return [
    `- key: ${key}`,
    ...baseUrlLines(baseUrl, '  '),
    '  operations:',
    '    - compute',
    '  storage:',
    '    inScopeEUD: false',
  ].map((line) => indent + line);
}

/** The lines of `baseUrl`, each indented by `indent`: one for a URL, one more for each region of a map. */
export function baseUrlLines(baseUrl: string | RegionMap, indent: string): string[] {
  if (typeof baseUrl === 'string') return [`${indent}baseUrl: ${baseUrl}`];
  return [`${indent}baseUrl:`, ...defaultFirst(baseUrl).map(([region, url]) => `${indent}  ${region}: ${url}`)];
}
