import type { CryptoKey } from 'jose';
import { type Cloud, isLabel, LABEL_PLACEHOLDER } from '../contract/clouds';
import { isThere } from '../record';
import { quote, Refusal } from '../refusal';
import { createKeySet, type KeySet, type KeySetOptions } from './key-set';

/**
 * Key sets under which no token was verified yet. Their labels may be made up, so the oldest makes room for the newest:
 * a genuine label always has its fetch, and once a token proved it, it stays.
 */
const MOST_UNPROVEN = 20;

export interface KeySetsOptions extends KeySetOptions {
  /**
   * Isolated Clouds: URL of their key sets, with `{icLabel}` in it, and the hosts of their APIs. With `labels`, only
   * these; without, any, and a stranger's made-up label costs a fetch.
   *
   * @default - tokens of an Isolated Cloud are refused
   */
  readonly isolated?: {
    readonly jwksUrlTemplate: string;
    readonly apiHosts: readonly string[];
    readonly labels?: readonly string[];
  };
  /**
   * Clouds apart from the commercial one.
   *
   * @default - none
   */
  readonly apart?: readonly Cloud[];
}

/** A public key, and where a token that it verifies may lead. */
export interface CloudKey {
  readonly key: CryptoKey;
  /** The API hosts of the key's cloud. Absent: the commercial cloud's. */
  readonly apiHosts?: readonly string[];
}

/** Forge's key sets: the commercial cloud's, one for each Isolated Cloud, and those of clouds apart. They never mix. */
export interface KeySets {
  /** Starts the fetch of the commercial cloud's keys ahead of the first call, and settles when it is over. Never throws. */
  prefetch(): Promise<void>;
  /**
   * The key `kid` for a token with this claim `icLabel`.
   *
   * @throws {Refusal} as `KeySet.key`, and when the label is malformed or not served here
   */
  key(icLabel: unknown, kid: string): Promise<CloudKey>;
  /** The same, if it is known once a fetch that is under way is over. Starts none, and never throws. */
  knownKey(icLabel: unknown, kid: string): Promise<CryptoKey | undefined>;
  /** To be told when a token with this label was verified: its label isn't made up. */
  prove(icLabel: unknown): void;
  /** Settles when no fetch is under way. Never throws. */
  settled(): Promise<void>;
}

/** Key sets by label. Nothing is fetched until it is asked for. */
export function createKeySets({ isolated, apart = [], ...options }: KeySetsOptions): KeySets {
  const commercial = createKeySet(options);
  // Only the commercial cloud's set is kept for an outage.
  const { readKept: _, ...others } = options;
  const clouds = apart.map(({ jwksUrl, apiHosts }) => ({ apiHosts, keys: createKeySet({ ...others, url: jwksUrl }) }));
  const byLabel = new Map<unknown, { readonly keys: KeySet; isProven: boolean }>();

  function keysOfLabel(icLabel: unknown): KeySet {
    if (isolated === undefined) throw new Refusal('isolated-cloud-not-served', `icLabel is ${quote(icLabel)}`);
    // First: a label is put into a URL.
    if (typeof icLabel !== 'string' || !isLabel(icLabel)) {
      throw new Refusal('claim-invalid', `icLabel is ${quote(icLabel)}, not a label`);
    }
    if (isolated.labels?.includes(icLabel) === false) {
      throw new Refusal(
        'isolated-cloud-not-served',
        `icLabel is ${quote(icLabel)}; labels: ${isolated.labels.join(', ')}`,
      );
    }
    const known = byLabel.get(icLabel);
    if (known) return known.keys;
    const unproven = [...byLabel].filter(([, { isProven }]) => !isProven);
    if (unproven.length >= MOST_UNPROVEN) byLabel.delete(unproven[0]?.[0]);
    const url = isolated.jwksUrlTemplate.replace(LABEL_PLACEHOLDER, icLabel);
    const keys = createKeySet({ ...others, url });
    byLabel.set(icLabel, { keys, isProven: isolated.labels !== undefined });
    return keys;
  }

  async function keyOfClouds(kid: string): Promise<CloudKey> {
    if (clouds.length === 0) return { key: await commercial.key(kid) };
    // Whose key it is doesn't stand in the token. A known one first, which costs nothing.
    for (const { keys, apiHosts } of clouds) {
      const key = await keys.knownKey(kid);
      if (key) return { key, apiHosts };
    }
    try {
      return { key: await commercial.key(kid) };
    } catch (refusal) {
      for (const { keys, apiHosts } of clouds) {
        const key = await keys.key(kid).catch(() => undefined);
        if (key) return { key, apiHosts };
      }
      throw refusal;
    }
  }

  return {
    prefetch: () => commercial.prefetch(),

    async key(icLabel, kid) {
      if (!isThere(icLabel)) return keyOfClouds(kid);
      const key = await keysOfLabel(icLabel).key(kid);
      return { key, ...(isolated && { apiHosts: isolated.apiHosts }) };
    },

    async knownKey(icLabel, kid) {
      if (isThere(icLabel)) return byLabel.get(icLabel)?.keys.knownKey(kid);
      for (const { knownKey } of [commercial, ...clouds.map(({ keys }) => keys)]) {
        const key = await knownKey(kid);
        if (key) return key;
      }
      return undefined;
    },

    prove(icLabel) {
      const known = byLabel.get(icLabel);
      if (known) known.isProven = true;
    },

    async settled() {
      const isolatedSets = [...byLabel.values()].map(({ keys }) => keys);
      await Promise.all([commercial, ...clouds.map(({ keys }) => keys), ...isolatedSets].map((keys) => keys.settled()));
    },
  };
}
