import type { InstallationContext, SlotValue, SlotVersion } from '../contract/slot';
import { formatVersionId, RELEASED_LABEL } from '../contract/slot';
import { Refusal } from '../refusal';
import { siteLabels } from './site-label';
import type { SlotStore, StoredVersion } from './slot-store';
import { hashToken, readExpiry } from './system-token';

/** A system token and whose it is. */
export interface Delivery {
  readonly token: string;
  /** The installation's ARI, and the uuid in it. */
  readonly installationId: string;
  readonly installation: string;
  readonly apiBaseUrl: string;
  readonly contexts: readonly InstallationContext[];
}

/**
 * What became of a delivered token: `stored` as the newest, `unchanged` since the slot holds it already, or `older`
 * than what the slot holds and dropped. A slot for one installation may also be `reinstalled` or `rebound`: stored in
 * place of the token of an earlier installation, which has expired or was released, on the same site or another one.
 */
export type SlotOutcome = 'stored' | 'unchanged' | 'older' | 'reinstalled' | 'rebound';

/** Secrets Manager's limit on a value, 65,536 bytes, which is less than DynamoDB's on an item, less room for what stands beside the token. */
const MOST_TOKEN_BYTES = 60_000;

/** Writes lost to other writers before we give up. Each one lost means that somebody else's newer token got in. */
const MOST_ATTEMPTS = 8;

/**
 * @param signal when to give up
 * @throws {Refusal} `slot-bound-elsewhere`, `slot-unavailable`, `system-token-expired` or `system-token-too-large`
 */
export type SlotWriter = (delivery: Delivery, signal: AbortSignal) => Promise<SlotOutcome>;

/**
 * A writer that leaves the token that expires last in the slot, whatever the order in which deliveries arrive, and
 * however many arrive at once. It remembers the last token that it saw there: the same one again costs no call.
 *
 * @param store the slot
 * @param now the time in milliseconds since 1970
 */
export function createSlotWriter(store: SlotStore, now: () => number = Date.now): SlotWriter {
  let seen: SlotVersion | undefined;

  return async function writeNewest(delivery: Delivery, signal: AbortSignal): Promise<SlotOutcome> {
    const nowSeconds = Math.floor(now() / 1000);
    const incoming = versionOf(delivery, nowSeconds);
    if (seen && sameToken(seen, incoming)) return 'unchanged';

    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const versions = await store.describe(signal);
      if (versions === undefined) {
        if (!(await store.create(formatVersionId(incoming), slotValue(delivery, incoming), signal))) continue;
        seen = incoming;
        return 'stored';
      }
      const current = versions.find((version) => version.current);
      // A token without a readable expiry got one when it was first stored, and keeps it.
      const ours = versions.find(({ says }) => says && sameToken(says, incoming))?.says ?? incoming;

      const verdict = compare(current, ours, nowSeconds);
      if (verdict !== 'stored') {
        if (verdict === 'unchanged') seen = ours;
        return verdict;
      }

      if (await store.replace(formatVersionId(ours), slotValue(delivery, ours), current, signal)) {
        seen = ours;
        return current?.says && current.says.installation !== ours.installation
          ? takenOver(current, delivery)
          : 'stored';
      }
    }
    throw new Refusal('slot-unavailable', `The slot's current version changed under us ${MOST_ATTEMPTS} times.`);
  };
}

function versionOf({ token, installation }: Delivery, nowSeconds: number): SlotVersion {
  const size = Buffer.byteLength(token);
  if (size > MOST_TOKEN_BYTES)
    throw new Refusal('system-token-too-large', `${size} bytes; at most ${MOST_TOKEN_BYTES} fit`);
  const expiresAtSeconds = readExpiry(token, nowSeconds);
  if (expiresAtSeconds <= nowSeconds)
    throw new Refusal('system-token-expired', `${nowSeconds - expiresAtSeconds} s ago`);
  return { expiresAtSeconds, installation, tokenHash: hashToken(token) };
}

/** Whose slot it was: a site keeps its label. */
const takenOver = (before: StoredVersion, { contexts }: Delivery): SlotOutcome =>
  siteLabels(contexts).some((label) => before.labels.includes(label)) ? 'reinstalled' : 'rebound';

/** What should happen to `ours` when `current` is in the slot; `stored` is still to be done. */
function compare(stored: StoredVersion | undefined, ours: SlotVersion, nowSeconds: number): SlotOutcome {
  const current = stored?.says;
  // Empty, or written by hand: nothing that has to be kept.
  if (!stored || !current) return 'stored';
  if (current.installation !== ours.installation) {
    // A valid token binds its slot; an expired or a released one is what an uninstall leaves behind.
    if (current.expiresAtSeconds <= nowSeconds || stored.labels.includes(RELEASED_LABEL)) return 'stored';
    throw new Refusal(
      'slot-bound-elsewhere',
      `bound to installation ${current.installation} until ${isoTime(current.expiresAtSeconds)}; this is ${ours.installation}`,
    );
  }
  if (current.tokenHash === ours.tokenHash) return 'unchanged';
  return formatVersionId(current) > formatVersionId(ours) ? 'older' : 'stored';
}

const sameToken = (a: SlotVersion, b: SlotVersion) => a.tokenHash === b.tokenHash && a.installation === b.installation;

const slotValue = (
  { token, installationId, apiBaseUrl, contexts }: Delivery,
  { expiresAtSeconds }: SlotVersion,
): SlotValue => ({
  token,
  expiresAt: isoTime(expiresAtSeconds),
  installationId,
  apiBaseUrl,
  contexts,
});

const isoTime = (seconds: number) => new Date(seconds * 1000).toISOString();
