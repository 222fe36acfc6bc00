import { type CryptoKey, importJWK } from 'jose';
import { Refusal } from '../contract/outcomes';
import { asError, isThere, quote } from '../values';
import { fetchKeys, type GetKeys, getKeys, type KeptKeySet, type PublicKey } from './fetch-keys';

export interface KeySetOptions {
  readonly url: string;
  /** @default Node's HTTP client */
  readonly fetch?: GetKeys;
  /**
   * Called when a call starts to wait for the key server, which leaves time for other work. Never called when `fetch`
   * doesn't tell when the request is sent.
   *
   * @default - no other work
   */
  readonly onWaiting?: () => void;
  /**
   * Gets the problems of fetched keys that can't be used. The others are used.
   *
   * @default - they are ignored
   */
  readonly onUnusableKeys?: (problems: readonly string[]) => void;
  /**
   * Reads the last good key set, kept for an outage. Called only after the key server failed, once per failed fetch.
   *
   * @default - no set is kept
   */
  readonly readKept?: () => Promise<KeptKeySet | undefined>;
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Timeout of one fetch with its body, in milliseconds: half of Forge's own timeout, less a cold start. @default 2,000 */
  readonly timeoutMs?: number;
  /** Least time between the starts of two fetches, even failed ones, in milliseconds. @default 10,000 */
  readonly cooldownMs?: number;
  /** Age at which a set in use is fetched again in the background, in milliseconds. @default 10 minutes */
  readonly refreshAfterMs?: number;
  /**
   * Age up to which a set is used while the key server can't be reached, in milliseconds. A larger one outlasts a longer
   * outage, but a key that Forge has withdrawn stays trusted for as long.
   *
   * @default 24 hours
   */
  readonly useForMs?: number;
}

/** Public keys of one cloud: fetched once, shared by all calls, and kept through an outage of the key server. */
export interface KeySet {
  /**
   * Starts the first fetch before the first call, and settles when it is over. Never throws: a failure shows in the first
   * `key` that needs the set.
   */
  prefetch(): Promise<void>;
  /**
   * The public key named `kid`.
   *
   * @throws {Refusal} `key-unknown` when the key server doesn't know it; `key-not-yet-known` when the key server was asked
   * too recently to be asked again; `key-server-unavailable` when it gives no keys
   */
  key(kid: string): Promise<CryptoKey>;
  /** The public key named `kid`, if it is known after any running fetch. Starts none, and never throws. */
  knownKey(kid: string): Promise<CryptoKey | undefined>;
  /** Settles when no fetch is running: Lambda's freeze would end it. Never throws. */
  settled(): Promise<void>;
}

const MINUTE_MS = 60_000;

/** A fetch that outlasts its timeout by this much was frozen with its instance, in milliseconds. */
const FROZEN_MS = 250;

/** How far the monitor's clock may be ahead of ours, in milliseconds. */
const KEPT_SKEW_MS = MINUTE_MS;

interface Fetch {
  readonly startedAtMs: number;
  /** Settles when the request is sent and only the answer is missing. */
  readonly sent: Promise<void>;
  /** Never rejects. */
  readonly done: Promise<void>;
  isOver: boolean;
  failure?: Error;
  /** It failed because the instance was frozen, which says nothing about the key server. */
  wasFrozen: boolean;
  /** The read of the kept set that followed its failure. */
  kept?: Promise<void>;
}

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

  let keys:
    | { readonly byId: ReadonlyMap<string, PublicKey>; fetchedAtMs: number; readonly isKept: boolean }
    | undefined;
  let imported = new WeakMap<PublicKey, Promise<CryptoKey>>();
  let lastFetch: Fetch | undefined;

  /** The running or last fetch; a new one when the cooldown allows it. */
  function fetchUnderCooldown(): Fetch {
    const elapsedMs = lastFetch ? now() - lastFetch.startedAtMs : Number.NaN;
    // It is negative when the clock was set back: the cooldown is over.
    if (lastFetch && !lastFetch.wasFrozen && elapsedMs >= 0 && elapsedMs < cooldownMs) return lastFetch;
    lastFetch = startFetch();
    return lastFetch;
  }

  function startFetch(): Fetch {
    const startedAtMs = now();
    let onSent = () => {};
    const sent = new Promise<void>((resolve) => {
      onSent = resolve;
    });
    const answer = fetchKeys(url, { fetch: options.fetch ?? getKeys, timeoutMs, onSent });
    const fetch: Fetch = {
      startedAtMs,
      sent,
      isOver: false,
      wasFrozen: false,
      done: answer.then(
        ({ keys: fetched, problems }) => {
          fetch.isOver = true;
          // A later fetch has answered first.
          if (fetch !== lastFetch && keys && !keys.isKept) return;
          use(fetched, startedAtMs, false);
          if (problems.length > 0) options.onUnusableKeys?.(problems);
        },
        (error) => {
          fetch.isOver = true;
          fetch.failure = asError(error);
          fetch.wasFrozen = now() - startedAtMs > timeoutMs + FROZEN_MS;
        },
      ),
    };
    return fetch;
  }

  function use(list: readonly PublicKey[], fetchedAtMs: number, isKept: boolean): void {
    keys = { byId: new Map(list.map((key) => [key.kid, key])), fetchedAtMs, isKept };
    imported = new WeakMap();
  }

  function ageMs(): number {
    if (!keys) return Number.POSITIVE_INFINITY;
    // When the clock was set back, the set's age starts again from zero, once.
    keys.fetchedAtMs = Math.min(keys.fetchedAtMs, now());
    return now() - keys.fetchedAtMs;
  }

  async function find(kid: string): Promise<CryptoKey | undefined> {
    const found = ageMs() < useForMs ? keys?.byId.get(kid) : undefined;
    if (!found) return undefined;
    const known = imported.get(found) ?? importKey(found);
    imported.set(found, known);
    return await known;
  }

  async function importKey({ n, e, kid }: PublicKey): Promise<CryptoKey> {
    try {
      return (await importJWK({ kty: 'RSA', n, e }, 'RS256')) as CryptoKey;
    } catch (error) {
      throw new Refusal('key-server-unavailable', `The key ${quote(kid)} in ${url} can't be used.`, { cause: error });
    }
  }

  /** Uses the kept set if it is newer than ours, and its time believable. */
  async function takeKept(): Promise<void> {
    const kept = await options.readKept?.();
    if (!kept || kept.fetchedAt <= (keys?.fetchedAtMs ?? 0) || kept.fetchedAt > now() + KEPT_SKEW_MS) return;
    use(kept.keys, kept.fetchedAt, true);
  }

  async function ask(): Promise<{ readonly fetch: Fetch; readonly isFresh: boolean }> {
    const fetch = fetchUnderCooldown();
    const isFresh = !fetch.isOver;
    void fetch.sent.then(() => fetch.isOver || options.onWaiting?.());
    await fetch.done;
    return { fetch, isFresh };
  }

  return {
    prefetch: () => fetchUnderCooldown().done,

    async key(kid) {
      const known = await find(kid);
      if (known) {
        if (ageMs() >= refreshAfterMs) fetchUnderCooldown();
        return known;
      }
      let { fetch, isFresh } = await ask();
      // It started before the instance was frozen, and was dead when it woke.
      if (fetch.wasFrozen) ({ fetch, isFresh } = await ask());
      const { failure } = fetch;
      const found = await find(kid);
      if (found) return found;
      if (failure !== undefined) {
        fetch.kept ??= takeKept().catch((error) => {
          fetch.failure = new Error(`${failure.message} The kept key set could not be read: ${asError(error).message}`);
        });
        await fetch.kept;
        const inKept = await find(kid);
        if (inKept) return inKept;
        throw new Refusal('key-server-unavailable', fetch.failure?.message, { cause: failure });
      }
      if (ageMs() >= useForMs) {
        throw new Refusal('key-server-unavailable', 'The key set is too old, and its key server was asked just now.');
      }
      if (isFresh) throw new Refusal('key-unknown', `kid ${quote(kid)} is not in ${url}`);
      throw new Refusal('key-not-yet-known', `kid ${quote(kid)} was not in ${url}, which was asked just now`);
    },

    async knownKey(kid) {
      if (!keys?.byId.has(kid)) await lastFetch?.done;
      return find(kid).catch(() => undefined);
    },

    settled: async () => lastFetch?.done,
  };
}

/** A public key, and what it means for a token that it verifies. */
export interface CloudKey {
  readonly key: CryptoKey;
  /** API hosts of the cloud, to which the token may lead. Absent: those of the commercial cloud. */
  readonly apiHosts?: readonly string[];
  /** Call it when the key has verified a token: its label isn't made up. */
  readonly prove?: () => void;
}

/** The keys of all clouds that a stage serves. */
export interface CloudKeys {
  /**
   * The key `kid` for a token with this claim `icLabel`, which only tokens of Isolated Clouds have.
   *
   * @throws {Refusal} as {@link KeySet.key}, and when the label is malformed or not served here
   */
  key(icLabel: unknown, kid: string): Promise<CloudKey>;
  /** The same, if it is known after any running fetch. Starts none, and never throws. */
  knownKey(icLabel: unknown, kid: string): Promise<CryptoKey | undefined>;
  /** Settles when no fetch is running. Never throws. */
  settled(): Promise<void>;
}

/** For a stage that serves only the commercial cloud, as nearly all do. clouds.ts is for the others. */
export const commercialKeys = (keys: KeySet): CloudKeys => ({
  async key(icLabel, kid) {
    if (isThere(icLabel)) throw new Refusal('isolated-cloud-not-served', `icLabel is ${quote(icLabel)}`);
    return { key: await keys.key(kid) };
  },
  knownKey: async (icLabel, kid) => (isThere(icLabel) ? undefined : keys.knownKey(kid)),
  settled: keys.settled,
});
