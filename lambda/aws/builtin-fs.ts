/**
 * Stands in for `node:fs` in the bundles (lib/bundling.ts), where only the AWS SDK imports it.
 *
 * An import of a module of Node reads everything that the module exports, and some of that is made when it is first
 * read: for `node:fs`, its promises and streams. `getBuiltinModule` hands over the module as it is. What is missing here
 * is an error when the bundle is made.
 */
export const { createReadStream, ReadStream, fstatSync, lstatSync } = process.getBuiltinModule('node:fs');
