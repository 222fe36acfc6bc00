import type { Metafile } from 'esbuild';

/** Imports that are carried out before the importing module runs. */
const STATIC_KINDS: readonly string[] = ['import-statement', 'require-call', 'require-resolve'];

/** Modules of the AWS SDK, by their path. */
export const isSdk = (path: string) => /node_modules\/@(aws-sdk|smithy)\//.test(path);

/** All modules that are loaded as soon as `entry` is. With `lazy`, those behind its dynamic imports as well. */
export function modulesLoadedBy(entry: string, { inputs }: Metafile, lazy = false): Set<string> {
  const found = new Set([entry]);
  // A set takes in what is added while it is gone through.
  for (const module of found) {
    for (const { path, kind, external } of inputs[module]?.imports ?? []) {
      if (external || !(lazy || STATIC_KINDS.includes(kind))) continue;
      found.add(path);
    }
  }
  return found;
}
