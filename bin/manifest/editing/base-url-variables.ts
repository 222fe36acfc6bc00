import { remoteEntry } from '../../../lib/manifest/check-remotes';
import type { RegionMap } from '../../../lib/manifest/model';
import { parseManifest } from '../../../lib/manifest/parse';
import { readManifest } from '../../../lib/manifest/read';
import type { ReadOptions } from '../../../lib/manifest/read-options';
import { DEFAULT_REGION } from '../../../lib/manifest/regions';
import { namesIn, valueOfVariable } from '../../../lib/manifest/variables';
import type { YamlValue } from '../../../lib/manifest/yaml-value';

/** A manifest variable, and the value that it must have in the environment of `forge deploy`. */
export interface VariableValue {
  readonly name: string;
  readonly value: string;
}

/**
 * The manifest variables in the base URL of our remote, with the values that make it `baseUrls`: none where the URLs are
 * written out. A region that is not in `baseUrls` gets the URL of the default.
 *
 * @throws {ManifestError} when the manifest can't be used
 */
export function baseUrlVariables(
  text: string,
  options: Omit<ReadOptions, 'checkBaseUrl'>,
  baseUrls: RegionMap,
): VariableValue[] {
  const { key } = readManifest(text, { ...options, checkBaseUrl: false }).remote;
  const baseUrl = remoteEntry(parseManifest(text, options.file).root, key).get('baseUrl');
  const urls: [string, YamlValue][] = baseUrl.isMap ? baseUrl.entries() : [[DEFAULT_REGION, baseUrl]];
  const values = new Map(
    urls.flatMap(([region, { text: written = '' }]): [string, string][] => {
      const [name] = namesIn(written);
      const value = valueOfVariable(written, baseUrls[region] ?? baseUrls[DEFAULT_REGION] ?? '');
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
  return [...values].map(([name, value]) => ({ name, value }));
}

/** The variable as a line for a shell. */
export function exportLine({ name, value }: VariableValue): string {
  const plain = /^[\w.:/-]+$/.test(value);
  return `export ${name}=${plain ? value : `'${value.replaceAll("'", "'\\''")}'`}`;
}
