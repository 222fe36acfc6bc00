import { setTimeout as wait } from 'node:timers/promises';
import type { InstallationContext, SlotValue, SlotVersion } from '../contract/slot';
import { formatVersionId, RELEASED_LABEL } from '../contract/slot';
import { Refusal } from '../refusal';
import { siteLabels } from './site-label';
import { BEARER_TOKEN } from './slot-content';
import type { SlotStore, StoredVersion } from './slot-store';
import { hashToken, isBelievable, readExpiry } from './system-token';

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

/** Secrets Manager's limit on a value, in bytes. It is less than DynamoDB's on an item. */
const MOST_VALUE_BYTES = 65_536;

/**
 * How long the writer relies on having seen a token in the slot, in milliseconds: the same one again costs no call. Another
 * instance may have deleted the slot meanwhile, when the app was uninstalled, or somebody by hand. Half of a token's life:
 * what is gone is made anew in time. And as long as Forge keeps a token: a look more often would double their cost.
 */
const REMEMBER_MS = 2 * 3_600_000;

/** Writes lost to other writers before we give up. Each one lost means that somebody else's newer token got in. */
const MOST_ATTEMPTS = 8;

/**
 * Waits before another attempt: not at all after the first, since another writer was faster; then longer and longer, since
 * the service may not yet show, or not yet have freed, what was just written or deleted.
 */
async function waitBefore(attempt: number, signal: AbortSignal): Promise<void> {
  if (attempt < 2) return;
  const most = Math.min(800, 20 * 2 ** (attempt - 1));
  // Several that wait for each other must not meet again.
  await wait(most * (0.75 + Math.random() / 4), undefined, { signal }).catch(() => {
    throw new Refusal('slot-unavailable', 'The slot did not settle in time.');
  });
}

/**
 * @param signal when to give up
 * @throws {Refusal} `slot-bound-elsewhere`, `slot-unavailable`, `system-token-unusable`, `system-token-expired` or
 * `system-token-too-large`
 */
export type SlotWriter = (delivery: Delivery, signal: AbortSignal) => Promise<SlotOutcome>;

/**
 * A writer that leaves the token that expires last in the slot, whatever the order in which deliveries arrive, and
 * however many arrive at once. It remembers the last token that it saw there: the same one again costs no call.
 *
 * @param store the slot
 * @param now the time in milliseconds since 1970
 * @param pause before an attempt, which is 0 for the first
 */
export function createSlotWriter(
  store: SlotStore,
  now: () => number = Date.now,
  pause: (attempt: number, signal: AbortSignal) => Promise<void> = waitBefore,
): SlotWriter {
  let seen: { readonly version: SlotVersion; readonly atMs: number } | undefined;
  const remember = (version: SlotVersion) => {
    seen = { version, atMs: now() };
  };
  const isRemembered = (incoming: SlotVersion) =>
    seen !== undefined && sameToken(seen.version, incoming) && Math.abs(now() - seen.atMs) < REMEMBER_MS;

  return async function writeNewest(delivery: Delivery, signal: AbortSignal): Promise<SlotOutcome> {
    const nowSeconds = Math.floor(now() / 1000);
    const incoming = versionOf(delivery, nowSeconds);
    if (isRemembered(incoming)) return 'unchanged';
    seen = undefined;

    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      await pause(attempt, signal);
      const versions = await store.describe(signal);
      if (versions === undefined) {
        if (!(await store.create(formatVersionId(incoming), slotValue(delivery, incoming), signal))) continue;
        remember(incoming);
        return 'stored';
      }
      const current = versions.find((version) => version.current);
      // A token without a readable expiry got one when it was first stored, and keeps it.
      const before = versions.find(({ says }) => says && sameToken(says, incoming))?.says;
      const ours = before && isBelievable(before.expiresAtSeconds, nowSeconds) ? before : incoming;

      const verdict = compare(current, ours, nowSeconds);
      if (verdict !== 'stored') {
        if (verdict === 'unchanged') remember(ours);
        return verdict;
      }

      if (await store.replace(formatVersionId(ours), slotValue(delivery, ours), current, signal)) {
        remember(ours);
        return current?.says && current.says.installation !== ours.installation
          ? takenOver(current, delivery)
          : 'stored';
      }
    }
    throw new Refusal('slot-unavailable', `The slot's current version changed under us ${MOST_ATTEMPTS} times.`);
  };
}

/** Refuses what nobody could use: the reader of a slot would refuse it as well, but nobody would hear of that. */
function versionOf(delivery: Delivery, nowSeconds: number): SlotVersion {
  const { token, installation } = delivery;
  if (!BEARER_TOKEN.test(token)) throw new Refusal('system-token-unusable', 'not printable ASCII without spaces');
  const expiresAtSeconds = readExpiry(token, nowSeconds);
  if (expiresAtSeconds <= nowSeconds)
    throw new Refusal('system-token-expired', `${nowSeconds - expiresAtSeconds} s ago`);
  const version = { expiresAtSeconds, installation, tokenHash: hashToken(token) };
  const size = Buffer.byteLength(JSON.stringify(slotValue(delivery, version)));
  if (size > MOST_VALUE_BYTES)
    throw new Refusal('system-token-too-large', `${size} bytes as JSON; at most ${MOST_VALUE_BYTES} fit`);
  return version;
}

/** Whose slot it was: a site keeps its label. */
const takenOver = (before: StoredVersion, { contexts }: Delivery): SlotOutcome =>
  siteLabels(contexts).some((label) => before.labels.includes(label)) ? 'reinstalled' : 'rebound';

/** What should happen to `ours` when `current` is in the slot; `stored` is still to be done. */
function compare(stored: StoredVersion | undefined, ours: SlotVersion, nowSeconds: number): SlotOutcome {
  const current = stored?.says;
  // Empty, or written by hand: nothing that has to be kept.
  if (!stored || !current || !isBelievable(current.expiresAtSeconds, nowSeconds)) return 'stored';
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
