/** One difference between two manifests, and what Forge makes of it. */
export interface VersionChange {
  /** `major`: every site keeps the old version until an admin consents. `minor`: Forge moves every site to it. */
  readonly impact: 'major' | 'minor';
  /** What has changed, with the values. No full stop. */
  readonly what: string;
  /** Forge's rule for it, as a sentence. */
  readonly rule: string;
}

export const major = (what: string, rule: string): VersionChange => ({ impact: 'major', what, rule });
export const minor = (what: string, rule: string): VersionChange => ({ impact: 'minor', what, rule });

/** For what Forge's table of versions is not known to mention. */
export const NOT_LISTED = 'It is not among the changes that are known to be major.';
