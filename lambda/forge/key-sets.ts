import { LABEL_PLACEHOLDER } from '../contract/clouds';
import { quote, Refusal } from '../refusal';
import { createKeySet, type KeySet, type KeySetOptions } from './key-set';

/** A label is put into a URL before its token is verified: nothing but these may be in it (Atlassian's documentation). */
const LABEL = /^[a-z0-9_-]{1,50}$/;

/**
 * Labels may be made up: of key sets under which no token was verified yet, no more are held at a time. One of them makes
 * room after the cooldown.
 */
const MOST_UNPROVEN = 4;

export interface KeySetsOptions extends KeySetOptions {
  /**
   * URL of the key sets of Isolated Clouds, with `{icLabel}` in it.
   *
   * @default - tokens of an Isolated Cloud are refused
   */
  readonly isolatedUrlTemplate?: string;
}

/** Forge's key sets: the commercial cloud's, and one for each Isolated Cloud. They never mix. */
export interface KeySets {
  /** Starts the fetch of the commercial cloud's keys ahead of the first call, and settles when it is over. Never throws. */
  prefetch(): Promise<void>;
  /**
   * The key set for a token with this claim `icLabel`.
   *
   * @throws {Refusal} when the label is malformed, or none is served here
   */
  for(icLabel: unknown): KeySet;
  /** To be told when a token with this label was verified: its label isn't made up. */
  prove(icLabel: unknown): void;
}

/** Key sets by label. Nothing is fetched until it is asked for. */
export function createKeySets({ isolatedUrlTemplate, ...options }: KeySetsOptions): KeySets {
  const { now = Date.now, cooldownMs = 10_000 } = options;
  const commercial = createKeySet(options);
  const isolated = new Map<unknown, { readonly keys: KeySet; readonly createdAtMs: number; isProven: boolean }>();

  const isYoung = ({ createdAtMs }: { readonly createdAtMs: number }) => now() - createdAtMs < cooldownMs;

  /** Makes room for one more unproven key set, if one has had its time. */
  function refuseFlood(): void {
    const unproven = [...isolated].filter(([, { isProven }]) => !isProven);
    const [oldest] = unproven;
    if (!oldest || unproven.length < MOST_UNPROVEN) return;
    if (isYoung(oldest[1])) {
      throw new Refusal(
        'key-server-unavailable',
        `Key sets of ${unproven.length} unknown Isolated Clouds are held already.`,
      );
    }
    isolated.delete(oldest[0]);
  }

  return {
    prefetch: () => commercial.prefetch(),

    for(icLabel) {
      if (icLabel === undefined) return commercial;
      if (isolatedUrlTemplate === undefined) {
        throw new Refusal('isolated-cloud-not-served', `icLabel is ${quote(icLabel)}`);
      }
      if (typeof icLabel !== 'string' || !LABEL.test(icLabel)) {
        throw new Refusal('claim-invalid', `icLabel is ${quote(icLabel)}, not a label`);
      }
      const known = isolated.get(icLabel);
      if (known?.isProven || (known && isYoung(known))) return known.keys;
      // One that had its time and proved nothing queues up again, or it would be fetched beside the new ones.
      isolated.delete(icLabel);
      refuseFlood();
      const keys = createKeySet({ ...options, url: isolatedUrlTemplate.replace(LABEL_PLACEHOLDER, icLabel) });
      isolated.set(icLabel, { keys, createdAtMs: now(), isProven: false });
      return keys;
    },

    prove(icLabel) {
      const known = isolated.get(icLabel);
      if (known) known.isProven = true;
    },
  };
}
