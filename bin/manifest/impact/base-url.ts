import { DEFAULT_REGION } from '../../../lib/manifest/regions';
import { major, minor, type VersionChange } from './change';
import { both, entries } from './lenient';

type Urls = ReadonlyMap<string, string>;

/** Compares the `baseUrl` of one remote, called `named`, in two manifests. */
export function compareBaseUrl(named: string, before: unknown, after: unknown): VersionChange[] {
  const [old, now] = both(before, after, urlsOf);
  const [was, is] = both(old, now, (urls) => urls.get(DEFAULT_REGION) ?? '(none)');
  const [wasMap, isMap] = both(before, after, (baseUrl) => entries(baseUrl).length > 0);
  if (!wasMap && isMap && old.size > 0) return turnedIntoMap(named, was, now);
  if (wasMap && !isMap && now.size > 0) return turnedIntoUrl(named, old, is);
  if (!wasMap && !isMap) {
    if (was === is) return [];
    return [major(`${named} has another baseUrl: ${was} becomes ${is}`, 'Changing a baseUrl makes a major version.')];
  }
  return compareRegions(named, old, now);
}

/** By region; a single URL is the default. */
function urlsOf(baseUrl: unknown): Urls {
  const urls: [string, unknown][] = typeof baseUrl === 'string' ? [[DEFAULT_REGION, baseUrl]] : entries(baseUrl);
  return new Map(urls.map(([region, url]) => [region, String(url)]));
}

function turnedIntoMap(named: string, was: string, now: Urls): VersionChange[] {
  const fresh = [...now].filter(([, url]) => url !== was);
  if (fresh.length === 0) {
    const what = `${named} has a map of regions as baseUrl, all with the URL of before`;
    return [minor(what, 'From a URL to a map with no new URL is minor.')];
  }
  const what = `${named} has a map of regions as baseUrl, with new URLs: ${shown(fresh)}`;
  return [major(what, 'From a URL to a map with new URLs makes a major version.')];
}

function turnedIntoUrl(named: string, old: Urls, is: string): VersionChange[] {
  const gone = [...old].filter(([, url]) => url !== is);
  if (gone.length === 0) {
    const what = `${named} has one URL as baseUrl, that of all its regions before`;
    return [minor(what, 'From a map to a URL with no other URL is minor.')];
  }
  const changed = ![...old.values()].includes(is);
  const what = `${named} has one URL as baseUrl, ${is}, in place of a map; gone: ${shown(gone)}`;
  const rule = changed ? 'Changing a baseUrl' : 'Removing the URL of a region';
  return [major(what, `${rule} makes a major version.`)];
}

function compareRegions(named: string, old: Urls, now: Urls): VersionChange[] {
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((region): VersionChange[] => {
    const [was, is] = [old.get(region), now.get(region)];
    if (was === is) return [];
    if (was === undefined) {
      return [major(`${named} has the region ${region}: ${is}`, 'Adding a region makes a major version.')];
    }
    if (is === undefined) {
      const what = `${named} no longer has the region ${region}: ${was}`;
      return [major(what, 'Removing the URL of a region makes a major version.')];
    }
    const what = `${named} has another URL for ${region}: ${was} becomes ${is}`;
    return [major(what, 'Changing the URL of a region makes a major version.')];
  });
}

const shown = (urls: readonly (readonly [string, string])[]): string =>
  urls.map(([region, url]) => `${region} ${url}`).join(', ');
