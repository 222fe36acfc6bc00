import { BASE_URL_ALLOWED, baseUrlProblem, remotesBlock } from '../../../lib/manifest/base-url';
import type { ManifestDocument, YamlValue } from '../../../lib/manifest/document';
import { applyEdits } from '../../../lib/manifest/edits';
import type { ReadOptions, RegionMap } from '../../../lib/manifest/model';
import { Problems } from '../../../lib/manifest/problems';
import { readManifest } from '../../../lib/manifest/read';
import { checkSameRegions, DEFAULT_REGION, regionKeyProblem } from '../../../lib/manifest/regions';
import { remoteEntry } from '../../../lib/manifest/remotes';
import { ManifestVariables } from '../../../lib/manifest/variables';
import { type BaseUrlChange, describeChanges } from './compare-base-url';
import { editsOf, type OtherPlace, otherPlaces } from './other-places';
import { planBaseUrl, singleUrl } from './plan-base-url';

export interface EditOptions extends Omit<ReadOptions, 'checkBaseUrl'> {
  /** The URL to write, `https://` and a host name; or a URL for each region, `default` among them. */
  readonly baseUrl: string | RegionMap;
  /**
   * Whether to remove regions that are missing in {@link baseUrl}. That makes a new major version.
   *
   * @default false
   */
  readonly removeRegions?: boolean;
  /**
   * Whether to replace the old URL in other places as well.
   *
   * @default false
   */
  readonly everywhere?: boolean;
}

export interface EditedManifest {
  readonly manifest: ManifestDocument;
  /** Empty if the manifest already has `baseUrl`. */
  readonly changes: readonly BaseUrlChange[];
  /** Other places with the replaced URL or its variable. */
  readonly others: readonly OtherPlace[];
}

/**
 * Writes the base URL of our remote into manifest.yml. Everything else stays: comments, order, quotes, line breaks. Creates
 * the `remotes` entry if it is missing.
 *
 * If the URL uses a manifest variable, the variable's default is replaced. With several regions, a single URL becomes a map.
 * A map stays a map, and gets new regions at its end.
 *
 * @throws {ManifestError} when the manifest can't be used or edited without changing something else, or when the remotes
 * would not list the same regions
 */
export function setBaseUrl(before: ManifestDocument, options: EditOptions): EditedManifest {
  const { removeRegions = false, everywhere = false } = options;
  const { file } = before;
  const baseUrls = typeof options.baseUrl === 'string' ? { [DEFAULT_REGION]: options.baseUrl } : options.baseUrl;
  refuseUnusable(baseUrls, file, options);
  const { key } = readManifest(before, { ...options, checkBaseUrl: false }).remote;
  const after = applyEdits(before, planBaseUrl(before, { key, baseUrls, removeRegions }), {
    line: remoteEntry(before.root, key).line,
    what: 'baseUrl can not be written here without changing something else, so nothing was changed',
    fix: `Write it yourself; the entry is:\n${remotesBlock(key, singleUrl(baseUrls) ?? baseUrls)}`,
  });

  const problems = new Problems();
  checkSameRegions(after.root, problems);
  checkSharedVariables(after.root, key, baseUrls, problems);
  problems.throwIfAny(file);
  const changes = after === before ? [] : describeChanges(before.root, after.root, key);
  const others = otherPlaces(after.root, key, changes);
  if (!everywhere) return { manifest: after, changes, others };
  const everywhereEdited = applyEdits(after, editsOf(others), {
    line: others[0]?.line ?? 1,
    what: 'Other places with the old URL can not be edited without changing something else',
    fix: 'Remove --everywhere, and edit them yourself.',
  });
  return { manifest: everywhereEdited, changes, others };
}

function refuseUnusable(baseUrls: RegionMap, file: string, { allowLoopback = false }: EditOptions): void {
  const problems = new Problems();
  const firstLine = { line: 1 };
  if (baseUrls[DEFAULT_REGION] === undefined) {
    const given = Object.keys(baseUrls).join(', ') || 'none';
    problems.add(
      firstLine,
      `The URLs to write include no default, only: ${given}`,
      'Forge needs a default for sites in all other regions.',
    );
  }
  for (const [region, url] of Object.entries(baseUrls)) {
    const unknown = regionKeyProblem(region);
    if (unknown !== undefined) problems.add(firstLine, `${JSON.stringify(region)} is not a Forge region`, unknown);
    const reason = baseUrlProblem(url, allowLoopback);
    if (reason === undefined) continue;
    const name = region === DEFAULT_REGION ? 'baseUrl' : `baseUrl.${region}`;
    problems.add(firstLine, `${JSON.stringify(url)} can't be written as ${name}: ${reason}`, `${BASE_URL_ALLOWED}.`);
  }
  problems.throwIfAny(file);
}

/** Two regions that share a variable can't have different URLs. */
function checkSharedVariables(root: YamlValue, key: string, baseUrls: RegionMap, problems: Problems): void {
  const variables = new ManifestVariables(root);
  const baseUrl = remoteEntry(root, key).get('baseUrl');
  for (const [region, url] of baseUrl.entries()) {
    const wanted = baseUrls[region];
    const written = url.text ?? '';
    if (wanted === undefined || !variables.canFillIn(written) || variables.fillIn(written) === wanted) continue;
    problems.add(
      url,
      `baseUrl.${region} is ${url.shown}, but another region with another URL uses the same variable`,
      'Give each region a variable of its own, or write the URLs themselves.',
    );
  }
}
