import { type CryptoKey, createLocalJWKSet, type LocalJWKSet } from 'jose';
import { quote, Refusal } from '../refusal';
import { asError, codeOf } from '../thrown';
import { fetchJwks } from './fetch-jwks';
import { type GetKeys, getKeys } from './get-keys';

export interface KeySetOptions {
  readonly url: string;
  /** @default Node's HTTP client */
  readonly fetch?: GetKeys;
  /**
   * Called while the key server is waited for, which is time for something else. Not called where `fetch` can't tell.
   *
   * @default nothing is done meanwhile
   */
  readonly onWaiting?: () => void;
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** How long one fetch may take, body included, in milliseconds: half of what Forge waits, less a cold start. @default 2,000 */
  readonly timeoutMs?: number;
  /** Least time between the starts of two fetches, whether the first failed or not, in milliseconds. @default 10,000 */
  readonly cooldownMs?: number;
  /** Age from which a set is fetched anew in the background while it goes on being used, in milliseconds. @default 10 minutes */
  readonly refreshAfterMs?: number;
  /**
   * Age up to which a set is used while the key server can't be reached, in milliseconds. Longer rides out a longer
   * outage; but a key that Forge has withdrawn is trusted for as long, by an instance that can't learn of it.
   * @default 24 hours
   */
  readonly useForMs?: number;
}

/** Forge's public keys: fetched once, shared by all requests, and kept through an outage of the key server. */
export interface KeySet {
  /**
   * Starts the fetch ahead of the first call, and settles when it is over. Never throws: a failure shows at the first
   * `key` that needs the set.
   */
  prefetch(): Promise<void>;
  /**
   * The public key named `kid`.
   *
   * @throws {Refusal} `key-unknown` when the key server doesn't know it; `key-server-unavailable` when it can't be asked
   */
  key(kid: string): Promise<CryptoKey>;
}

const MINUTE_MS = 60_000;

/** A key set at `options.url`. Nothing is fetched until it is asked for. */
export function createKeySet(options: KeySetOptions): KeySet {
  const {
    url,
    now = Date.now,
    timeoutMs = 2_000,
    cooldownMs = 10_000,
    refreshAfterMs = 10 * MINUTE_MS,
    useForMs = 24 * 60 * MINUTE_MS,
  } = options;

  let keys: { readonly find: LocalJWKSet; readonly fetchedAtMs: number } | undefined;
  let lastFetch: { readonly startedAtMs: number; readonly done: Promise<void> } | undefined;
  let lastFailure: Error | undefined;

  /** The fetch under way or just done; a new one when the cooldown allows it. */
  function fetchUnderCooldown(): Promise<void> {
    const startedAtMs = now();
    if (lastFetch && startedAtMs - lastFetch.startedAtMs < cooldownMs) return lastFetch.done;
    const done = fetchJwks(url, {
      fetch: options.fetch ?? getKeys,
      timeoutMs,
      ...(options.onWaiting && { onSent: options.onWaiting }),
    }).then(
      (jwks) => {
        // An answer that was overtaken by a later one is dropped.
        if (keys && keys.fetchedAtMs > startedAtMs) return;
        keys = { find: createLocalJWKSet(jwks), fetchedAtMs: startedAtMs };
        lastFailure = undefined;
      },
      (error) => {
        lastFailure = asError(error);
      },
    );
    lastFetch = { startedAtMs, done };
    return done;
  }

  const ageMs = () => (keys ? now() - keys.fetchedAtMs : Number.POSITIVE_INFINITY);

  async function find(kid: string): Promise<CryptoKey | undefined> {
    if (!keys || ageMs() >= useForMs) return undefined;
    try {
      return await keys.find({ alg: 'RS256', kid });
    } catch (error) {
      if (codeOf(error) === 'ERR_JWKS_NO_MATCHING_KEY') return undefined;
      throw new Refusal('key-server-unavailable', `The key ${quote(kid)} in ${url} can't be used.`, { cause: error });
    }
  }

  return {
    prefetch: () => fetchUnderCooldown(),

    async key(kid) {
      const known = await find(kid);
      if (known) {
        if (ageMs() >= refreshAfterMs) void fetchUnderCooldown();
        return known;
      }
      await fetchUnderCooldown();
      const found = await find(kid);
      if (found) return found;
      if (lastFailure !== undefined || ageMs() >= useForMs) {
        const detail = lastFailure?.message ?? 'The key set is too old, and its key server was asked just now.';
        throw new Refusal('key-server-unavailable', detail, { cause: lastFailure });
      }
      throw new Refusal('key-unknown', `kid ${quote(kid)} is not in ${url}`);
    },
  };
}
