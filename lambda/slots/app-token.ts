import type { InstallationContext } from '../forge/invocation';

/** A valid app system token, and what it is good for. Never log it. */
export interface AppToken {
  /** A bearer token for {@link apiBaseUrl}. */
  readonly token: string;
  /** When the token expires, in milliseconds since 1970. */
  readonly expiresAtMs: number;
  /** The installation's ARI. */
  readonly installationId: string;
  /** Base URL of Atlassian's API for this installation. */
  readonly apiBaseUrl: string;
  /** Sites and workspaces of the installation. Empty when the slot was written before they were kept. */
  readonly contexts: readonly InstallationContext[];
}
