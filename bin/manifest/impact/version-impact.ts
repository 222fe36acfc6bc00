import type { VersionChange } from './change';
import { compareEndpoints } from './endpoints';
import { both, type Environment, readLeniently } from './lenient';
import { compareRemotes } from './remotes';
import { compareScopes } from './scopes';

export type { VersionChange } from './change';

/** Name and text of a manifest, in YAML or JSON. */
export interface ManifestText {
  readonly file: string;
  readonly text: string;
}

/**
 * What the change from one manifest to another means for the app's version: each change that makes a new major version,
 * to which the admins of every site must consent, and the minor ones, as far as remotes, endpoints and scopes go. Major
 * ones come first. Other things that Forge asks consent for, such as `permissions.external`, are not looked at.
 *
 * Neither manifest needs to pass our checks, or Forge's. Manifest variables are resolved in both, as the Forge CLI does.
 *
 * @param environment values of manifest variables that win over their defaults
 * @throws {ManifestError} when one of them is no YAML map
 */
export function versionImpact(
  deployed: ManifestText,
  current: ManifestText,
  environment: Environment = {},
): VersionChange[] {
  const [before, after] = both(deployed, current, ({ text, file }) => readLeniently(text, file, environment));
  const changes = [
    ...compareRemotes(before, after),
    ...compareEndpoints(before, after),
    ...compareScopes(before, after),
  ];
  return changes.toSorted((a, b) => a.impact.localeCompare(b.impact));
}
