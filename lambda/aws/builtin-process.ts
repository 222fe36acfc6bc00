/**
 * Stands in for `node:process` in the bundles (lib/bundling.ts), for the reason that builtin-fs.ts gives: an import of
 * it opens standard input, output and error.
 */
export const { env, versions } = process;
