/**
 * Stands in for `node:process` in the bundles (lib/bundling.ts), for the same reason as builtin-fs.ts: an import would open
 * standard input, output and error.
 */
export const { env, versions } = process;
