import { remoteEntry } from '../../../lib/manifest/check-remotes';
import type { RegionMap } from '../../../lib/manifest/model';
import { parseManifest } from '../../../lib/manifest/parse';
import { readManifest } from '../../../lib/manifest/read';
import type { ReadOptions } from '../../../lib/manifest/read-options';
import { DEFAULT_REGION } from '../../../lib/manifest/regions';

export interface CompareOptions extends Omit<ReadOptions, 'checkBaseUrl'> {
  /** What the remote's base URL should be, by region; `default` is one of them. */
  readonly baseUrls: RegionMap;
}

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
 * Where the base URL of our remote, as Forge will see it, is not what it should be. A region that is not wanted may
 * have the URL of the default: that changes nothing for anybody.
 *
 * @throws {ManifestError} when the manifest can't be used
 */
export function compareBaseUrl(text: string, { baseUrls, ...options }: CompareOptions): BaseUrlDifference[] {
  const { key: remoteKey, baseUrls: found = {} } = readManifest(text, { ...options, checkBaseUrl: false }).remote;
  const baseUrl = remoteEntry(parseManifest(text, options.file).root, remoteKey).get('baseUrl');
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
