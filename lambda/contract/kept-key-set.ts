/**
 * Forge's last good key set, as the monitor keeps it in an SSM parameter. A receiver that starts while Forge's key
 * server is down reads it there. Only the commercial cloud's set: those of Isolated Clouds are not kept.
 */
export interface KeptKeySet {
  /** When the key server answered with it, in milliseconds since 1970. */
  readonly fetchedAt: number;
  readonly keys: readonly PublicKey[];
}

/** A public RSA key as a JWK, with the fields that verifying needs. */
export interface PublicKey {
  readonly kty: 'RSA';
  readonly kid: string;
  readonly n: string;
  readonly e: string;
  readonly use?: string;
  readonly alg?: string;
}

/** Where the key set is kept. */
export interface KeptKeySetLocation {
  /** Name of the SSM parameter. */
  readonly parameterName: string;
}

/** What the parameter holds before the monitor has written to it: SSM allows no empty value. */
export const NO_KEPT_KEY_SET = formatKeptKeySet({ fetchedAt: 0, keys: [] });

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
  if (!isObject(parsed) || typeof parsed.fetchedAt !== 'number' || !Array.isArray(parsed.keys)) return undefined;
  const keys = parsed.keys.flatMap((key) => publicKey(key) ?? []);
  return keys.length > 0 ? { fetchedAt: parsed.fetchedAt, keys } : undefined;
}

/** The fields of a member of a key set that verifying needs; `undefined` when it is not a public RSA key with an id. */
export function publicKey(member: unknown): PublicKey | undefined {
  if (!isObject(member)) return undefined;
  const { kty, kid, n, e, use, alg } = member;
  if (kty !== 'RSA' || typeof kid !== 'string' || typeof n !== 'string' || typeof e !== 'string') return undefined;
  return { kty, kid, n, e, ...(typeof use === 'string' && { use }), ...(typeof alg === 'string' && { alg }) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
