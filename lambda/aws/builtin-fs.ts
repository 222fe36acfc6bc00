/**
 * Stands in for `node:fs` in the bundles (lib/bundling.ts), where only the AWS SDK imports it.
 *
 * An import of a Node module reads all its exports, and creates some of them at that time: for `node:fs`, its promises and
 * streams. `getBuiltinModule` only returns the module. If an export is missing here, bundling fails.
 */
export const { createReadStream, ReadStream, fstatSync, lstatSync } = process.getBuiltinModule('node:fs');
