import { isMap, LineCounter, parseDocument } from 'yaml';
import { refuseManyAliases } from '../../../lib/manifest/document';
import { ManifestError } from '../../../lib/manifest/problems';
import { replaceVariables } from '../../../lib/manifest/variables';

/** Environment variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The content of a manifest with its variables filled in: the process environment first, the default next. A variable
 * that has neither, or is not declared, stays as it is written.
 */
export const withVariables = (content: unknown, environment: Environment): unknown =>
  fillIn(content, valuesOf(content, environment));

/**
 * The manifest in `text` as plain values, with variables as they are written.
 *
 * Mistakes are passed over as far as possible: such a manifest may have been deployed all the same.
 *
 * @throws {ManifestError} when it is no YAML map at all, or has more aliases than are read
 */
export function readLeniently(text: string, file: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent', prettyErrors: false, lineCounter });
  refuseManyAliases(document, file, (offset) => lineCounter.linePos(offset).line);
  let content: unknown;
  try {
    content = isMap(document.contents) ? JSON.parse(JSON.stringify(document.toJS())) : undefined;
  } catch {
    // Aliases that contain themselves, or have no anchor.
  }
  if (content !== undefined) return content;
  const fix = 'Give a Forge manifest, in YAML or JSON.';
  throw new ManifestError(file, [{ line: 1, what: 'It can not be read as a manifest', fix }]);
}

/** What `read` says of each of the two. */
export const both = <From, To>(before: From, after: From, read: (value: From) => To): [old: To, now: To] => [
  read(before),
  read(after),
];

/** The value at `key` of a map; `undefined` for anything else. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((found, key) => (isRecord(found) ? found[key] : undefined), value);
}

/** The items of a list; none for anything else. */
export const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Keys and values of a map; none for anything else. */
export const entries = (value: unknown): [key: string, value: unknown][] =>
  isRecord(value) ? Object.entries(value) : [];

/** The items of a list by their `key`. Of two with one key, the first counts. */
export function byKey(list: unknown): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const item of items(list)) {
    const key = at(item, 'key');
    if (typeof key === 'string' && !found.has(key)) found.set(key, item);
  }
  return found;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function valuesOf(content: unknown, environment: Environment): Map<string, string> {
  const values = new Map<string, string>();
  for (const variable of items(at(content, 'environment', 'variables'))) {
    const name = typeof variable === 'string' ? variable : at(variable, 'key');
    if (typeof name !== 'string' || values.has(name)) continue;
    const value = environment[name] ?? at(variable, 'default');
    if (typeof value === 'string') values.set(name, value);
  }
  return values;
}

function fillIn(value: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return replaceVariables(value, (name) => values.get(name));
  if (Array.isArray(value)) return value.map((item) => fillIn(item, values));
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, values)]))
    : value;
}
