import type { YamlValue } from './document';
import { didYouMean, type Problems } from './problems';

/** Key of the URL for all sites whose region has no URL of its own. Every region map must have it. */
export const DEFAULT_REGION = 'default';

/** What a region key promises to customers whose site is pinned to it. */
interface RegionPromise {
  /** Where customers' data stays. */
  readonly place: string;
  /** AWS regions that keep this promise. Atlassian has no official list; a fork can add to it. */
  readonly awsRegions: readonly string[];
}

const PROMISES = {
  EU: { place: 'the European Union', awsRegions: ['eu-central-1', 'eu-west-1'] },
  US: { place: 'the United States', awsRegions: ['us-east-1', 'us-west-2'] },
  AU: { place: 'Australia', awsRegions: ['ap-southeast-2'] },
  DE: { place: 'Germany', awsRegions: ['eu-central-1'] },
  SG: { place: 'Singapore', awsRegions: ['ap-southeast-1'] },
  CA: { place: 'Canada', awsRegions: ['ca-central-1'] },
  IN: { place: 'India', awsRegions: ['ap-south-1'] },
  KR: { place: 'South Korea', awsRegions: ['ap-northeast-2'] },
  JP: { place: 'Japan', awsRegions: ['ap-northeast-1'] },
  GB: { place: 'the United Kingdom', awsRegions: ['eu-west-2'] },
  CH: { place: 'Switzerland', awsRegions: ['eu-central-2'] },
} as const satisfies Record<string, RegionPromise>;

const PROMISED: ReadonlyMap<string, RegionPromise> = new Map(Object.entries(PROMISES));

/** A key in `baseUrl`, if it is a map. */
export type RegionKey = keyof typeof PROMISES | typeof DEFAULT_REGION;

/** Forge's keys for a `baseUrl` map (Atlassian's manifest schema). */
export const REGION_KEYS: readonly string[] = [...PROMISED.keys(), DEFAULT_REGION];

/** Whether Forge knows the region `key`. */
export const isRegionKey = (key: string): key is RegionKey => REGION_KEYS.includes(key);

/** Why `key` is not a region key of a `baseUrl` map; `undefined` if it is one. */
export function regionKeyProblem(key: string): string | undefined {
  if (isRegionKey(key)) return undefined;
  return `Allowed: ${REGION_KEYS.join(', ')}.${didYouMean(key, REGION_KEYS)}`;
}

/**
 * Why the backend for Forge's region `key` can't be in `awsRegion`; `undefined` if it can. `default` can be anywhere.
 *
 * @param key such as `EU`
 * @param awsRegion such as `eu-central-1`
 */
export function regionProblem(key: string, awsRegion: string): string | undefined {
  const unknown = regionKeyProblem(key);
  if (unknown !== undefined) return `Forge has no region ${JSON.stringify(key)}. ${unknown}`;
  const promise = PROMISED.get(key);
  if (promise === undefined || promise.awsRegions.includes(awsRegion)) return undefined;
  return (
    `A site pinned to ${key} is promised that its data stays in ${promise.place}, and ${awsRegion} does not keep ` +
    `that promise. Allowed for ${key}: ${promise.awsRegions.join(', ')}.`
  );
}

/** The entries of `urls`, `default` first and the others in their order. */
export function defaultFirst<T>(urls: Readonly<Record<string, T>>): [key: string, value: T][] {
  const entries = Object.entries(urls);
  return [...entries.filter(([key]) => key === DEFAULT_REGION), ...entries.filter(([key]) => key !== DEFAULT_REGION)];
}

/**
 * Checks that all remotes with several regions, or with end-user data, list the same regions, as Atlassian's validator
 * demands. A remote with a single URL and no end-user data is exempt.
 */
export function checkSameRegions(root: YamlValue, problems: Problems): void {
  const remotes = root
    .get('remotes')
    .items()
    .filter((remote) => remote.get('baseUrl').exists)
    .map((remote) => ({ remote, regions: listedRegions(remote.get('baseUrl')) }));
  const all = [...new Set(remotes.flatMap(({ regions }) => regions))];
  for (const { remote, regions } of remotes) {
    const missing = all.filter((region) => !regions.includes(region));
    const inScope = remote.get('storage').get('inScopeEUD').scalar === true;
    if (missing.length === 0 || (regions.length === 1 && !inScope)) continue;
    const why = inScope ? 'stores in-scope end-user data' : 'has a URL for some regions';
    problems.add(
      remote.get('baseUrl'),
      `Remote ${remote.get('key').shown} ${why}, but has no URL for ${missing.join(', ')}, which another remote lists`,
      'Forge pins the whole app to a region, so these remotes must list the same regions. Add the missing ones here, or remove them there.',
    );
  }
}

const listedRegions = (baseUrl: YamlValue): string[] => (baseUrl.isMap ? baseUrl.keys() : [DEFAULT_REGION]);
