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
import { planBaseUrl, single } from './plan-base-url';

export interface EditOptions extends Omit<ReadOptions, 'checkBaseUrl'> {
  /** The URL to write, `https://` and a host name; or one for each region, `default` among them. */
  readonly baseUrl: string | RegionMap;
  /**
   * Whether regions that are in the file, but not in {@link baseUrl}, are removed from it. To Forge that is a new major
   * version.
   *
   * @default false
   */
  readonly removeRegions?: boolean;
  /**
   * Whether the other places that have the URL that is replaced get the new one, too.
   *
   * @default false
   */
  readonly everywhere?: boolean;
}

export interface EditedManifest {
  readonly manifest: ManifestDocument;
  /** Empty when the manifest says `baseUrl` already: it is the same then. */
  readonly changes: readonly BaseUrlChange[];
  /** Where else the URL that is replaced was, or its variable. */
  readonly others: readonly OtherPlace[];
}

/**
 * Writes the base URL of our remote into manifest.yml. All else stays as it is: comments, order, quotes,
 * line breaks. Creates the `remotes` entry where there is none.
 *
 * A URL that is written with a manifest variable goes into the default of that variable. A single URL becomes a map
 * where there are regions; a map stays one, and new regions come after its last one.
 *
 * @throws {ManifestError} when the manifest can't be used, or can't be edited with nothing else changed; when the
 * remotes would not list the same regions
 */
export function setBaseUrl(before: ManifestDocument, options: EditOptions): EditedManifest {
  const { removeRegions = false, everywhere = false } = options;
  const { file } = before;
  const baseUrls = typeof options.baseUrl === 'string' ? { [DEFAULT_REGION]: options.baseUrl } : options.baseUrl;
  refuseUnusable(baseUrls, file, options);
  const { key } = readManifest(before, { ...options, checkBaseUrl: false }).remote;
  const after = applyEdits(before, planBaseUrl(before, { key, baseUrls, removeRegions }), {
    line: remoteEntry(before.root, key).line,
    what: 'baseUrl can not be written here without changing something else in the file, so nothing was changed',
    fix: `Write it yourself; the entry is:\n${remotesBlock(key, single(baseUrls) ?? baseUrls)}`,
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
    what: 'The old URL is in other places, too, and they can not be edited without changing something else',
    fix: 'Leave out --everywhere, and edit them yourself.',
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
      `The regions to write have no default, only: ${given}`,
      'Forge needs a default, for all sites in other regions.',
    );
  }
  for (const [region, url] of Object.entries(baseUrls)) {
    const unknown = regionKeyProblem(region);
    if (unknown !== undefined) problems.add(firstLine, `${JSON.stringify(region)} is no region of Forge`, unknown);
    const reason = baseUrlProblem(url, allowLoopback);
    if (reason === undefined) continue;
    const name = region === DEFAULT_REGION ? 'baseUrl' : `baseUrl.${region}`;
    problems.add(firstLine, `${JSON.stringify(url)} can't be written as ${name}: ${reason}`, `${BASE_URL_ALLOWED}.`);
  }
  problems.throwIfAny(file);
}

/** Two regions with one variable can't have two URLs. */
function checkSharedVariables(root: YamlValue, key: string, baseUrls: RegionMap, problems: Problems): void {
  const variables = new ManifestVariables(root);
  const baseUrl = remoteEntry(root, key).get('baseUrl');
  for (const [region, url] of baseUrl.entries()) {
    const wanted = baseUrls[region];
    const written = url.text ?? '';
    if (wanted === undefined || !variables.canFillIn(written) || variables.fillIn(written) === wanted) continue;
    problems.add(
      url,
      `baseUrl.${region} is ${url.shown}, and another region with another URL has the same variable`,
      'Give each region a variable of its own, or write the URLs themselves.',
    );
  }
}
