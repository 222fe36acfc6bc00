import { isNativeError } from 'node:util/types';

/** Whether `value` is a JSON object, and not an array or null. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a claim is there: Atlassian's documentation has some that are `null`, which means absent. */
export const isThere = (claim: unknown): boolean => claim !== undefined && claim !== null;

/** What was thrown, as an error: `instanceof` would miss one that another realm made. */
export const asError = (thrown: unknown): Error =>
  isNativeError(thrown) ? thrown : new Error(`Thrown: ${String(thrown)}`);

/** Its stable code, where it has one. The minifier renames error classes; codes stay. */
export function codeOf(thrown: unknown): string | undefined {
  return isNativeError(thrown) && 'code' in thrown ? String(thrown.code) : undefined;
}

/** Sets `key` as the newest entry. Beyond `most` entries the oldest one goes: a cache must not grow for ever. */
export function setBounded<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void {
  map.delete(key);
  for (const oldest of map.keys()) {
    if (map.size < most) break;
    map.delete(oldest);
  }
  map.set(key, value);
}

/** `value` for a log line: as JSON, and short, since a stranger may have chosen it. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
