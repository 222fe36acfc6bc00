import { readBaseUrl } from '../../../lib/manifest/base-url';
import type { ManifestDocument, YamlValue } from '../../../lib/manifest/document';
import type { ReadOptions, RegionMap } from '../../../lib/manifest/model';
import { DEFAULT_REGION } from '../../../lib/manifest/regions';
import { remoteEntry } from '../../../lib/manifest/remotes';
import { declarations, ManifestVariables, namesIn } from '../../../lib/manifest/variables';

/** A URL in the manifest that is not the one that it should be. */
export interface BaseUrlDifference {
  /** Line of the URL, or of what is around it where there is none; from 1. */
  readonly line: number;
  /** Key of the remote. */
  readonly remoteKey: string;
  /** Forge's key of the region; absent where `baseUrl` is one URL and should be. */
  readonly region?: string;
  /** The URL in the manifest, as Forge will see it. Absent when there is none. */
  readonly manifest?: string;
  /** The URL that it should be. Absent for a region that should not be there. */
  readonly wanted?: string;
}

/**
 * Where the base URL of the remote `remoteKey`, as Forge will see it, is not the wanted one. A region that is not wanted
 * may have the URL of the default: that changes nothing for anybody.
 *
 * @param baseUrls by region; `default` is one of them
 * @param environment values of manifest variables that win over their defaults
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

/** What an edit changed. */
export interface BaseUrlChange {
  /** Line in the new text, from 1: of the URL, or of the default of the variable that has it. */
  readonly line: number;
  /** Key of the remote. */
  readonly remoteKey: string;
  /** Forge's key of the region; absent where `baseUrl` was one URL and still is. */
  readonly region?: string;
  /** The manifest variable whose default has the URL, or the part of it that changes. */
  readonly variable?: string;
  /** The URL before; absent when there was none. */
  readonly from?: string;
  /** The URL now; absent when the region was removed. */
  readonly to?: string;
}

interface WrittenUrl {
  readonly line: number;
  readonly variable?: string;
  readonly url: string;
}

/** What has changed between two manifests in the base URL of the remote `key`: the URLs, or how they are written. */
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

/** The URLs by region, with the defaults of variables put in. */
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
