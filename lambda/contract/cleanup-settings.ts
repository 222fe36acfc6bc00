import { required, type Variables } from './variables';

/** Name of the cleanup function's environment variable. */
export const CLEANUP_ENV = { prefix: 'FORGE_SLOT_PREFIX' } as const;

/** Prefix of the secrets that are deleted with the stack. */
export const parseCleanupVariables = (variables: Variables): { readonly prefix: string } => ({
  prefix: required(variables, CLEANUP_ENV.prefix),
});
