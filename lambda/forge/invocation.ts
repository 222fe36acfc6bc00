import type { ForgeEnvironment } from '../contract/routes';
import type { InstallationContext } from '../contract/slot';

declare const verified: unique symbol;

/**
 * A call that was proven to come from Forge. Only `verifyInvocationToken` makes one: a function that asks for an
 * `Invocation` can't be handed claims that nobody has checked.
 */
export interface Invocation {
  readonly [verified]: true;
  /** The installation's ARI, by which data is kept: it survives upgrades and changes with a reinstall. */
  readonly installationId: string;
  /** The uuid in {@link installationId}. */
  readonly installation: string;
  /** The app's ARI. */
  readonly appId: string;
  readonly appVersion?: string;
  readonly environment: ForgeEnvironment;
  readonly environmentId?: string;
  /** Key of the manifest's module that made the call. */
  readonly moduleKey?: string;
  readonly moduleType?: string;
  /** Set when manifest.yml, as it was deployed, has no such module on the call's route. */
  readonly moduleUnknown?: true;
  /** Base URL of Atlassian's API for this installation. */
  readonly apiBaseUrl: string;
  /** The sites, or workspaces, that the app is installed in. */
  readonly contexts: readonly InstallationContext[];
  /** `true` or `false` for a paid app, else absent. */
  readonly licenseActive?: boolean;
  /** The token's own id and last second, by which a second use is known. */
  readonly tokenId: string;
  readonly expiresAtSeconds: number;
}
