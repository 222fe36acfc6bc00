import { isNativeError } from 'node:util/types';

/** What was thrown, as an error: `instanceof` would miss one that another realm made. */
export const asError = (thrown: unknown): Error =>
  isNativeError(thrown) ? thrown : new Error(`Thrown: ${String(thrown)}`);

/** Its stable code, where it has one. The minifier renames error classes; codes stay. */
export function codeOf(thrown: unknown): string | undefined {
  return isNativeError(thrown) && 'code' in thrown ? String(thrown.code) : undefined;
}
