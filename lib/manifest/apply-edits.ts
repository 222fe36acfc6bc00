import { isDeepStrictEqual } from 'node:util';
import { ManifestError, type Problem } from './error';
import { type ParsedManifest, parseManifest } from './parse';
import { applySplices, type Splice } from './text-lines';

/** Place in a list after the last one. */
export const AT_END = -1;

/** Where a value is in a manifest: keys of maps, and places in lists from 0. */
export type ValuePath = readonly (string | number)[];

/** One change to a manifest: how to make it in the text, and what it means. */
export interface Edit {
  readonly path: ValuePath;
  /** What is at {@link path} afterwards; `undefined`: nothing. */
  readonly value: unknown;
  /** The change of the text, or why it can't be made. It gets the manifest as the edits before have left it. */
  readonly splices: (manifest: ParsedManifest, text: string) => readonly Splice[] | Problem;
}

/**
 * The text after all `edits`, in their order.
 *
 * What comes out is parsed again, as Forge will: unless it says exactly what was meant and nothing else has changed,
 * nothing is changed at all.
 *
 * @param elsewhere what to tell when something else would change
 * @throws {ManifestError} when an edit can't be made, or something else would change
 */
export function applyEdits(text: string, file: string, edits: readonly Edit[], elsewhere: Problem): string {
  let manifest: ParsedManifest | undefined = parseManifest(text, file);
  const meant = plain(manifest.content);
  let result = text;
  for (const { path, value, splices } of edits) {
    if (manifest === undefined) break;
    const found = splices(manifest, result);
    if ('fix' in found) throw new ManifestError(file, [found]);
    result = applySplices(result, found);
    setAt(meant, path, plain(value));
    manifest = parseIfValid(result);
  }
  if (manifest !== undefined && isDeepStrictEqual(plain(manifest.content), meant)) return result;
  throw new ManifestError(file, [elsewhere]);
}

function parseIfValid(text: string): ParsedManifest | undefined {
  try {
    return parseManifest(text, '');
  } catch (error) {
    if (error instanceof ManifestError) return undefined;
    throw error;
  }
}

/** A copy in which nothing is shared: two aliases of one value are two values. */
const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

function setAt(root: unknown, path: ValuePath, value: unknown): void {
  const last = path.at(-1);
  const holder = path.slice(0, -1).reduce<unknown>((at, key) => (isHolder(at) ? at[key] : undefined), root);
  if (last === undefined || !isHolder(holder)) return;
  if (Array.isArray(holder) && last === AT_END) holder.push(value);
  else if (value === undefined) delete holder[last];
  else holder[last] = value;
}

const isHolder = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null;
