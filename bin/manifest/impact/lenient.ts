import { isMap, LineCounter, parseDocument } from 'yaml';
import { refuseManyAliases } from '../../../lib/manifest/document';
import { ManifestError } from '../../../lib/manifest/problems';
import { replaceVariables } from '../../../lib/manifest/variables';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The content of a manifest with variables resolved, from the environment or else from their defaults. Undeclared variables,
 * and variables without a value, stay as written.
 */
export const withVariables = (content: unknown, environment: Environment): unknown =>
  fillIn(content, valuesOf(content, environment));

/**
 * Reads a manifest as plain values, with unresolved variables. Ignores mistakes as far as possible, because the manifest may
 * have been deployed with them.
 *
 * @throws {ManifestError} when it is no YAML map, or has too many aliases
 */
export function readLeniently(text: string, file: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent', prettyErrors: false, lineCounter });
  refuseManyAliases(document, file, (offset) => lineCounter.linePos(offset).line);
  let content: unknown;
  try {
    content = isMap(document.contents) ? JSON.parse(JSON.stringify(document.toJS())) : undefined;
  } catch {
    // Aliases may contain themselves, or lack an anchor.
  }
  if (content !== undefined) return content;
  const fix = 'Give a Forge manifest, in YAML or JSON.';
  throw new ManifestError(file, [{ line: 1, what: 'It can not be read as a manifest', fix }]);
}

/** Applies `read` to both. */
export const both = <From, To>(before: From, after: From, read: (value: From) => To): [old: To, now: To] => [
  read(before),
  read(after),
];

/** The value under these keys of nested maps; `undefined` for anything else. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((found, key) => (isRecord(found) ? found[key] : undefined), value);
}

/** The items of a list; empty for anything else. */
export const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Keys and values of a map; empty for anything else. */
export const entries = (value: unknown): [key: string, value: unknown][] =>
  isRecord(value) ? Object.entries(value) : [];

/** The items of a list by their `key`. The first of two with the same key counts. */
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
