import type { Metafile } from 'esbuild';
import { BUNDLE_FILE, bundlePath } from '../../../../test/support/bundle';
import { bytesOf, filesLoadedBy } from '../../test/bundle/imports';

/** When a part of the receiver's bundle is read. */
export const MOMENTS = ['by every call', 'once a call may be genuine'] as const;
export type Moment = (typeof MOMENTS)[number];

/** A package, or what this project has in `lambda/`, inside of the receiver's bundle. */
export interface Part {
  readonly name: string;
  readonly moment: Moment;
  readonly bytes: number;
}

export const OWN = 'lambda/';
/** Parts below 1 KB, and what holds the modules of a file together. */
export const REST = 'the rest';
const SMALL_BYTES = 1024;

/** What the bundle is made of, the largest first. Together they are the whole bundle. */
export function partsOf(metafile: Metafile): Part[] {
  const [every, later] = MOMENTS;
  const files = Object.keys(metafile.outputs);
  const first = filesLoadedBy(bundlePath(BUNDLE_FILE), metafile);
  return [
    ...partsIn(first, every, metafile),
    ...partsIn(
      files.filter((file) => !first.includes(file)),
      later,
      metafile,
    ),
  ].sort((one, other) => other.bytes - one.bytes || (one.name < other.name ? -1 : 1));
}

function partsIn(files: readonly string[], moment: Moment, metafile: Metafile): Part[] {
  const sums = new Map<string, number>();
  for (const file of files) {
    for (const [module, { bytesInOutput }] of Object.entries(metafile.outputs[file]?.inputs ?? {})) {
      const name = partOf(module);
      sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
    }
  }
  const large = [...sums].filter(([, bytes]) => bytes >= SMALL_BYTES);
  const rest = bytesOf(files, metafile) - large.reduce((sum, [, bytes]) => sum + bytes, 0);
  return [...large, [REST, rest] as const].map(([name, bytes]) => ({ name, moment, bytes }));
}

/** `@smithy/core` of `node_modules/@smithy/core/dist-es/index.js`; packages can be anywhere, as in a work tree. */
const partOf = (module: string): string =>
  /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(module)?.[1] ?? OWN;
