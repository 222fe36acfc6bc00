import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for the package `@aws-sdk/credential-provider-node` in the bundles (lib/bundling.ts), under the name by
 * which the SDK's clients import it.
 *
 * That package looks for credentials wherever any program might have some: in configuration files, in other processes,
 * with identity providers. Lambda puts a function's credentials into its environment, always and only there, so all of
 * the rest is code that is loaded at every cold start and never runs.
 */
export const defaultProvider = () => fromEnv();
