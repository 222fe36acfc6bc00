import type { Metafile } from 'esbuild';

/** Imports that are carried out before the importing file runs. */
const STATIC_KINDS: readonly string[] = ['import-statement', 'require-call', 'require-resolve'];

/** Modules of the AWS SDK, by their path. */
export const isSdk = (path: string) => /node_modules\/@(aws-sdk|smithy)\//.test(path);

/** All files that are loaded as soon as the file `entry` is. With `lazy`, those behind its dynamic imports as well. */
export function filesLoadedBy(entry: string, { outputs }: Metafile, lazy = false): string[] {
  const found = new Set([entry]);
  // A set takes in what is added while it is gone through.
  for (const file of found) {
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (external || !(lazy || STATIC_KINDS.includes(kind))) continue;
      found.add(path);
    }
  }
  return [...found];
}

/** The modules in `files`. */
export const modulesIn = (files: readonly string[], { outputs }: Metafile): string[] =>
  files.flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));

/** What `files` weigh, in bytes. */
export const bytesOf = (files: readonly string[], { outputs }: Metafile): number =>
  files.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
