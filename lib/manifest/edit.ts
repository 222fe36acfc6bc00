import { isDeepStrictEqual } from 'node:util';
import { BASE_URL_ALLOWED, whyNotBaseUrl } from './base-url';
import { remoteEntry } from './check-remotes';
import { ManifestError } from './error';
import { type ParsedManifest, parseManifest } from './parse';
import { readManifest } from './read';
import type { ReadOptions } from './read-options';
import { remotesEntry } from './remotes-entry';
import { type Splice, spliceIntoEntry, spliceNewEntry } from './splice';

export interface EditOptions extends Omit<ReadOptions, 'checkBaseUrl'> {
  /** The URL to write: `https://` and a host name. */
  readonly baseUrl: string;
}

/** What an edit changed. */
export interface BaseUrlChange {
  /** Line of `baseUrl` in the new text, from 1. */
  readonly line: number;
  /** Key of the remote. */
  readonly remoteKey: string;
  /** The URL before; absent when there was none. */
  readonly from?: string;
  readonly to: string;
}

export interface EditedManifest {
  readonly text: string;
  /** Empty when the manifest says `baseUrl` already: the text is the same then. */
  readonly changes: readonly BaseUrlChange[];
}

/**
 * Writes the base URL of our remote into the text of manifest.yml. All else stays as it is: comments, order, quotes,
 * line breaks. Creates the `remotes` entry where there is none.
 *
 * @throws {ManifestError} when the manifest can't be used, or can't be edited with nothing else changed
 */
export function setBaseUrl(text: string, options: EditOptions): EditedManifest {
  const { file, baseUrl } = options;
  refuseUnusable(baseUrl, options);
  const { key } = readManifest(text, { ...options, checkBaseUrl: false }).remote;
  const before = parseManifest(text, file);
  const entry = remoteEntry(before.root, key);
  const current = entry.get('baseUrl').text;
  if (current === baseUrl) return { text, changes: [] };

  const splice = entry.exists ? spliceIntoEntry(text, entry, baseUrl) : spliceNewEntry(text, before.root, key, baseUrl);
  if ('fix' in splice) throw new ManifestError(file, [splice]);
  const edited = apply(splice, text);
  refuseOtherChanges(before, edited, key, options);
  const { line } = remoteEntry(parseManifest(edited, file).root, key).get('baseUrl');
  return {
    text: edited,
    changes: [{ line, remoteKey: key, ...(current !== undefined && { from: current }), to: baseUrl }],
  };
}

const apply = ({ start, end, insert }: Splice, text: string): string => text.slice(0, start) + insert + text.slice(end);

function refuseUnusable(baseUrl: string, { file, allowLoopback = false }: EditOptions): void {
  const reason = whyNotBaseUrl(baseUrl, allowLoopback);
  if (reason === undefined) return;
  throw new ManifestError(file, [
    { line: 1, what: `${JSON.stringify(baseUrl)} can't be written as baseUrl: ${reason}`, fix: `${BASE_URL_ALLOWED}.` },
  ]);
}

/** Parses the edited text, as Forge will, and compares it with what was meant. */
function refuseOtherChanges(before: ParsedManifest, edited: string, key: string, options: EditOptions): void {
  try {
    if (isDeepStrictEqual(parseManifest(edited, options.file).content, expected(before, key, options.baseUrl))) return;
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
  }
  throw new ManifestError(options.file, [
    {
      line: remoteEntry(before.root, key).line,
      what: 'baseUrl can not be written here without changing something else in the file, so nothing was changed',
      fix: `Write it yourself; the entry is:\n${remotesEntry(key, options.baseUrl)}`,
    },
  ]);
}

/** What the manifest says after the edit, if all goes well. */
function expected({ content, root }: ParsedManifest, key: string, baseUrl: string): Record<string, unknown> {
  const remotes = Array.isArray(content.remotes) ? content.remotes : [];
  if (remoteEntry(root, key).exists) {
    return { ...content, remotes: remotes.map((remote) => (remote.key === key ? { ...remote, baseUrl } : remote)) };
  }
  const created = parseManifest(remotesEntry(key, baseUrl), '').content.remotes;
  return { ...content, remotes: [...(Array.isArray(created) ? created : []), ...remotes] };
}
