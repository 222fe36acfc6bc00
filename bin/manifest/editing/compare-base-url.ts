import { readBaseUrl } from '../../../lib/manifest/base-url';
import type { ManifestDocument, YamlValue } from '../../../lib/manifest/document';
import type { ReadOptions, RegionMap } from '../../../lib/manifest/model';
import { DEFAULT_REGION } from '../../../lib/manifest/regions';
import { remoteEntry } from '../../../lib/manifest/remotes';
import { declarations, ManifestVariables, namesIn } from '../../../lib/manifest/variables';

/** A URL in the manifest that differs from the wanted one. */
export interface BaseUrlDifference {
  /** Line of the URL, from 1; if it is missing, of the place where it should be. */
  readonly line: number;
  /** Key of the remote. */
  readonly remoteKey: string;
  /** Forge's region key; absent if `baseUrl` is a single URL and should be one. */
  readonly region?: string;
  /** The URL in the manifest, with variables resolved. Absent if there is none. */
  readonly manifest?: string;
  /** The wanted URL. Absent for a region that should be removed. */
  readonly wanted?: string;
}

/**
 * Compares the base URL of the remote `remoteKey`, with variables resolved, with the wanted one. A surplus region with the
 * URL of the default is no difference, because it changes nothing.
 *
 * @param baseUrls wanted URLs by region, `default` among them
 * @param environment values of manifest variables, which win over their defaults
 */
export function compareBaseUrl(
  { root }: ManifestDocument,
  remoteKey: string,
  baseUrls: RegionMap,
  environment: ReadOptions['environment'] = {},
): BaseUrlDifference[] {
  const baseUrl = remoteEntry(root, remoteKey).get('baseUrl');
  const { baseUrls: found = {} } = readBaseUrl(baseUrl, new ManifestVariables(root, environment));
  const severalRegions = baseUrl.isMap || Object.keys(baseUrls).length > 1;
  return [...new Set([...Object.keys(baseUrls), ...Object.keys(found)])].flatMap((region): BaseUrlDifference[] => {
    const [manifest, wanted] = [found[region], baseUrls[region]];
    if (manifest === (wanted ?? baseUrls[DEFAULT_REGION])) return [];
    return [
      {
        line: baseUrl.get(region).line,
        remoteKey,
        ...(severalRegions && { region }),
        ...(manifest !== undefined && { manifest }),
        ...(wanted !== undefined && { wanted }),
      },
    ];
  });
}

/** A change that an edit made. */
export interface BaseUrlChange {
  /** Line in the new text, from 1: of the URL, or of the default of its variable. */
  readonly line: number;
  /** Key of the remote. */
  readonly remoteKey: string;
  /** Forge's region key; absent if `baseUrl` was a single URL and still is. */
  readonly region?: string;
  /** The manifest variable whose default changed. */
  readonly variable?: string;
  /** The old URL; absent if there was none. */
  readonly from?: string;
  /** The new URL; absent if the region was removed. */
  readonly to?: string;
}

interface WrittenUrl {
  readonly line: number;
  readonly variable?: string;
  readonly url: string;
}

/** The changes between two manifests in the base URL of the remote `key`. */
export function describeChanges(before: YamlValue, after: YamlValue, key: string): BaseUrlChange[] {
  const old = urlsOf(before, key);
  const now = urlsOf(after, key);
  const severalRegions = [before, after].some((root) => remoteEntry(root, key).get('baseUrl').isMap);
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((region): BaseUrlChange[] => {
    const from = old.get(region);
    const to = now.get(region);
    if (from?.url === to?.url) return [];
    return [
      {
        line: to?.line ?? remoteEntry(after, key).get('baseUrl').line,
        remoteKey: key,
        ...(severalRegions && { region }),
        ...(to?.variable !== undefined && { variable: to.variable }),
        ...(from !== undefined && { from: from.url }),
        ...(to !== undefined && { to: to.url }),
      },
    ];
  });
}

/** The URLs by region, with variables replaced by their defaults. */
function urlsOf(root: YamlValue, key: string): Map<string, WrittenUrl> {
  const baseUrl = remoteEntry(root, key).get('baseUrl');
  const urls: [string, YamlValue][] = baseUrl.isMap ? baseUrl.entries() : [[DEFAULT_REGION, baseUrl]];
  const variables = new ManifestVariables(root);
  return new Map(
    urls.flatMap(([region, { text, line }]): [string, WrittenUrl][] => {
      if (text === undefined) return [];
      const [name] = namesIn(text);
      const variable = declarations(root).find((declared) => declared.name === name);
      const url = variables.fillIn(text);
      if (variable === undefined) return [[region, { line, url }]];
      const at = variable.default.exists ? variable.default.line : line;
      return [[region, { line: at, variable: variable.name, url }]];
    }),
  );
}
