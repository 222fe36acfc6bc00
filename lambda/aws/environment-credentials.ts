import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for the package `@aws-sdk/credential-provider-node` in the bundles (lib/bundling.ts).
 *
 * That package also reads configuration files, and asks other processes and identity providers. Lambda puts a function's
 * credentials only into its environment, so the rest would be loaded in every cold start and never run.
 */
export const defaultProvider = () => fromEnv();
