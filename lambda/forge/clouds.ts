import type { CryptoKey } from 'jose';
import { Refusal } from '../contract/outcomes';
import { type Cloud, type IsolatedCloud, isLabel, LABEL_PLACEHOLDER } from '../contract/settings';
import { isThere, quote } from '../values';
import type { CloudKey, CloudKeys, KeySet } from './key-set';

/**
 * Most key sets without a verified token. Their labels may be made up, so the oldest makes room for the newest: a genuine
 * label always gets its fetch, and stays once a token has proved it.
 */
const MOST_UNPROVEN = 20;

/** The clouds that a stage serves beside the commercial one. */
export interface OtherClouds {
  /** @default - tokens of an Isolated Cloud are refused */
  readonly isolatedCloud?: IsolatedCloud;
  /** Clouds apart from the commercial one. @default - none */
  readonly clouds?: Readonly<Record<string, Cloud>>;
}

/**
 * The keys of all clouds: a key set for each label of an Isolated Cloud, and one for each cloud apart. They never mix.
 *
 * @param createKeySet makes the key set at a URL, which fetches nothing until it is asked for a key
 */
export function createCloudKeys(
  commercial: KeySet,
  createKeySet: (url: string) => KeySet,
  { isolatedCloud, clouds = {} }: OtherClouds,
): CloudKeys {
  const apart = Object.values(clouds).map(({ jwksUrl, apiHosts }) => ({ apiHosts, keys: createKeySet(jwksUrl) }));
  const byLabel = new Map<string, { readonly keys: KeySet; isProven: boolean }>();

  async function keyOfLabel(icLabel: unknown, kid: string): Promise<CloudKey> {
    if (isolatedCloud === undefined) throw new Refusal('isolated-cloud-not-served', `icLabel is ${quote(icLabel)}`);
    const { apiHosts, labels, jwksUrlTemplate } = isolatedCloud;
    // Checked first, because the label becomes part of a URL.
    if (typeof icLabel !== 'string' || !isLabel(icLabel)) {
      throw new Refusal('claim-invalid', `icLabel is ${quote(icLabel)}, not a label`);
    }
    if (labels?.includes(icLabel) === false) {
      throw new Refusal('isolated-cloud-not-served', `icLabel is ${quote(icLabel)}; labels: ${labels.join(', ')}`);
    }
    let set = byLabel.get(icLabel);
    if (!set) {
      const [oldest, ...others] = [...byLabel].filter(([, { isProven }]) => !isProven);
      if (oldest && others.length + 1 >= MOST_UNPROVEN) byLabel.delete(oldest[0]);
      const keys = createKeySet(jwksUrlTemplate.replace(LABEL_PLACEHOLDER, icLabel));
      set = { keys, isProven: labels !== undefined };
      byLabel.set(icLabel, set);
    }
    const { keys } = set;
    const prove = () => {
      const known = byLabel.get(icLabel);
      if (known) known.isProven = true;
    };
    return { key: await keys.key(kid), apiHosts, prove };
  }

  /** The token doesn't say whose key it names. Known keys come first: they cost nothing. */
  async function keyWithoutLabel(kid: string): Promise<CloudKey> {
    for (const { keys, apiHosts } of apart) {
      const key = await keys.knownKey(kid);
      if (key) return { key, apiHosts };
    }
    try {
      return { key: await commercial.key(kid) };
    } catch (refusal) {
      for (const { keys, apiHosts } of apart) {
        const key = await keys.key(kid).catch(() => undefined);
        if (key) return { key, apiHosts };
      }
      throw refusal;
    }
  }

  return {
    key: (icLabel, kid) => (isThere(icLabel) ? keyOfLabel(icLabel, kid) : keyWithoutLabel(kid)),

    async knownKey(icLabel, kid): Promise<CryptoKey | undefined> {
      if (isThere(icLabel)) return byLabel.get(String(icLabel))?.keys.knownKey(kid);
      for (const { knownKey } of [commercial, ...apart.map(({ keys }) => keys)]) {
        const key = await knownKey(kid);
        if (key) return key;
      }
      return undefined;
    },

    async settled() {
      const sets = [...apart, ...byLabel.values()].map(({ keys }) => keys);
      await Promise.all([commercial, ...sets].map((keys) => keys.settled()));
    },
  };
}
