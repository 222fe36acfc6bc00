/** How to read manifest.yml. */
export interface ReadOptions {
  /** Name of the file, for errors. */
  readonly file: string;
  /**
   * Key of the remote that this backend serves.
   *
   * @default the remote whose endpoint a scheduled trigger calls with the system token; an error if there are several
   */
  readonly remoteKey?: string;
  /**
   * Whether the base URL may be http: on this machine, as in a local run.
   *
   * @default false
   */
  readonly allowLoopback?: boolean;
  /**
   * Whether the base URL that stands in the file must be a good one. False where it is about to be replaced.
   *
   * @default true
   */
  readonly checkBaseUrl?: boolean;
  /**
   * Environment variables. Like the Forge CLI, manifest variables get their values from here before their defaults.
   *
   * @default none
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}
