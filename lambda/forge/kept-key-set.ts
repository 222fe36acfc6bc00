import { isRecord } from '../values';
import { type PublicKey, publicKey } from './fetch-keys';

/**
 * Forge's last good key set, as the monitor keeps it in an SSM parameter. A receiver that starts while Forge's key
 * server is down reads it there. Only the commercial cloud's set: those of Isolated Clouds are not kept.
 */
export interface KeptKeySet {
  /** When the key server answered with it, in milliseconds since 1970. */
  readonly fetchedAt: number;
  readonly keys: readonly PublicKey[];
}

/** @param set with keys as a key server published them: nothing but the fields of public keys is kept */
export function formatKeptKeySet({
  fetchedAt,
  keys,
}: {
  readonly fetchedAt: number;
  readonly keys: readonly object[];
}): string {
  return JSON.stringify({ fetchedAt, keys: keys.flatMap((key) => publicKey(key) ?? []) });
}

/**
 * The key set in `text`.
 *
 * @returns `undefined` when there is none with at least one key in it
 */
export function parseKeptKeySet(text: string): KeptKeySet | undefined {
  const parsed = parseJson(text);
  if (!isRecord(parsed) || typeof parsed.fetchedAt !== 'number' || !Array.isArray(parsed.keys)) return undefined;
  const keys = parsed.keys.flatMap((key) => publicKey(key) ?? []);
  return keys.length > 0 ? { fetchedAt: parsed.fetchedAt, keys } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
