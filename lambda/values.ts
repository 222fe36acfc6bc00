import { isNativeError } from 'node:util/types';

/** Whether `value` is a JSON object, and not an array or null. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a claim is present. In Atlassian's documentation, `null` means absent. */
export const isThere = (claim: unknown): boolean => claim !== undefined && claim !== null;

/** `thrown` as an error. `instanceof` would miss errors of another realm. */
export const asError = (thrown: unknown): Error =>
  isNativeError(thrown) ? thrown : new Error(`Thrown: ${String(thrown)}`);

/** The code of an error, if any. The minifier renames classes, but not codes. */
export function codeOf(thrown: unknown): string | undefined {
  return isNativeError(thrown) && 'code' in thrown ? String(thrown.code) : undefined;
}

/** Sets `key` as the newest entry of a cache, and removes the oldest beyond `most` entries. */
export function setBounded<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void {
  map.delete(key);
  for (const oldest of map.keys()) {
    if (map.size < most) break;
    map.delete(oldest);
  }
  map.set(key, value);
}

/** `value` for a log line: as JSON, and short, because it may come from a stranger. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
