import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for the package `@aws-sdk/credential-provider-node` in the bundles (lib/bundling.ts), under the name by
 * which the SDK's clients import it.
 *
 * That package also looks in configuration files, in other processes and with identity providers. Lambda puts a function's
 * credentials only into its environment, so the rest would be loaded at every cold start and never run.
 */
export const defaultProvider = () => fromEnv();
