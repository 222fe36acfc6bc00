import { createHash, hash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { Refusal } from '../contract/outcomes';
import type { ForgeEnvironment } from '../contract/routes';
import {
  BEARER_TOKEN,
  DELIVERED_LIFE_MINUTES,
  formatVersionId,
  type InstallationContext,
  RELEASED_LABEL,
  type SlotValue,
  type SlotVersion,
  TOKEN_HASH_DIGITS,
} from '../contract/slot';
import { asError, setBounded } from '../values';

/** A version of a slot, known without reading its value. */
export interface StoredVersion {
  readonly id: string;
  /** Whether readers get this one. */
  readonly current: boolean;
  readonly labels: readonly string[];
  /** What its id says. `undefined` when the receiver didn't write it. */
  readonly parsed: SlotVersion | undefined;
  /** When its slot was created, in seconds since 1970. Only where the slot itself keeps it. */
  readonly createdAt?: number;
}

/** One slot, for its writer. It can't read a token. Every call ends when `signal` aborts. */
export interface SlotStore {
  /** Its versions. `undefined` when there is no slot yet. */
  describe(signal: AbortSignal): Promise<readonly StoredVersion[] | undefined>;
  /** Creates the slot with a first version, which is current at once. False when another writer has created it. */
  create(id: string, value: SlotValue, signal: AbortSignal): Promise<boolean>;
  /** Writes a version and makes it current if `seen` still is. False when `seen` is no longer current. */
  replace(id: string, value: SlotValue, seen: StoredVersion | undefined, signal: AbortSignal): Promise<boolean>;
  /** Deletes the slot, if it exists. */
  remove(signal: AbortSignal): Promise<void>;
}

/** Options for a client of the AWS SDK, which finds them by itself in Lambda. */
export interface ClientOptions {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Timeout of one try, in milliseconds: a call that hangs is retried while Forge still waits. */
const TRY_MS = 1_000;

/** For all of the receiver's clients. */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: TRY_MS, requestTimeout: TRY_MS, throwOnRequestTimeout: true },
};

/** The SDK's messages name operations and resources, never stored values. */
export function unavailable(thrown: unknown): never {
  const { name, message } = asError(thrown);
  throw new Refusal('slot-unavailable', `${name}: ${message}`, { cause: thrown });
}

/**
 * Staging labels for the sites of a version's token. They tell a reinstall on the same site from an installation on another
 * site, without reading the token. A label is on one version only: it moves to the newest.
 */
export const siteLabels = (contexts: readonly InstallationContext[]): string[] =>
  sitesIn(contexts).map((site) => `SITE_${shortHash(site)}`);

/**
 * The same as the value of a tag, for an installation's own slot: hashes with spaces between. Two environments may each have
 * an installation on a site, so the environment's id is hashed as well.
 */
export const siteTag = (whose: { contexts: readonly InstallationContext[]; environmentId?: string }): string =>
  sitesIn(whose.contexts)
    .map((site) => shortHash(`${whose.environmentId ?? ''} ${site}`))
    .join(' ');

/** A version has at most 20 labels, a tag 256 characters (AWS's quotas). An installation covers one or two products. */
const MOST_SITES = 4;

const sitesIn = (contexts: readonly InstallationContext[]): string[] =>
  contexts.flatMap(({ siteAri }) => siteAri ?? []).slice(0, MOST_SITES);

const shortHash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 20);

/** A system token and its installation. */
export interface Delivery {
  readonly token: string;
  /** The installation's ARI, and the uuid in it. */
  readonly installationId: string;
  readonly installation: string;
  readonly apiBaseUrl: string;
  readonly contexts: readonly InstallationContext[];
}

/**
 * What happened to a delivered token.
 *
 * - `stored`: it is the newest
 * - `unchanged`: the slot has it already
 * - `older`: the slot has one that lasts longer, and this one was dropped
 * - `reinstalled`, `rebound`: stored in place of the expired or released token of an earlier installation, on the same site
 *   or on another one
 */
export type SlotOutcome = 'stored' | 'unchanged' | 'older' | 'reinstalled' | 'rebound';

/** A delivery with its environment, for the tags of a new slot. */
export interface TaggedDelivery extends Delivery {
  readonly environment: ForgeEnvironment;
  readonly environmentId?: string;
}

/** The slots of a stage, whatever their strategy. */
export interface Slots {
  /** @throws {Refusal} as {@link SlotWriter} does */
  write(delivery: TaggedDelivery, signal: AbortSignal): Promise<SlotOutcome>;
  /**
   * Ends an installation's slot: `removed`, even if there was none. The stack's one slot stays: it is `released` for the next
   * installation, or left as it is and `acknowledged` when it has no token of this installation.
   *
   * @throws {Refusal} `slot-unavailable`
   */
  remove(installation: string, signal: AbortSignal): Promise<'removed' | 'released' | 'acknowledged'>;
}

/** Secrets Manager's limit on a value, in bytes. It is less than DynamoDB's on an item. */
const MOST_VALUE_BYTES = 65_536;

/**
 * How long the writer trusts that a token it saw is still in the slot, in milliseconds: the same token then costs no call.
 * Another instance or a person may have deleted the slot meanwhile. Half of a token's life is soon enough to restore it, and
 * Forge sends the same token for that long, so checking more often would double the cost.
 */
const REMEMBER_MS = 2 * 3_600_000;

/** Most attempts. With their pauses they take longer than a call may, so the signal ends them first. */
const MOST_ATTEMPTS = 24;

/** Longest pause between two attempts, in milliseconds. */
const MOST_PAUSE_MS = 250;

/** Clock, pauses and chance, for tests to replace. */
export interface Timing {
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** Waits so many milliseconds. Rejects when `signal` aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Between 0 and 1. */
  readonly random: () => number;
}

export const timingOf = (given: Partial<Timing> = {}): Timing => ({
  now: Date.now,
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
  random: Math.random,
  ...given,
});

/**
 * @param signal when to give up
 * @throws {Refusal} `slot-bound-elsewhere`, `slot-unavailable`, `system-token-unusable`, `system-token-expired` or
 * `system-token-too-large`
 */
export type SlotWriter = (delivery: Delivery, signal: AbortSignal) => Promise<SlotOutcome>;

/**
 * A writer that keeps the token that expires last, in whatever order deliveries arrive, and however many at once. It
 * remembers the last token that it saw in the slot: the same one again costs no call.
 *
 * The service is eventually consistent: it may not show yet what another writer has created, written or deleted. So the
 * writer tries again when the slot isn't as it was seen, after growing pauses, until `signal` aborts.
 */
export function createSlotWriter(store: SlotStore, given?: Partial<Timing>): SlotWriter {
  const timing = timingOf(given);
  const { now } = timing;
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
    let isMade = false;
    let firstSeen: StoredVersion | undefined;

    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      await pauseBefore(attempt, timing, signal);
      const versions = await store.describe(signal);
      if (versions === undefined) {
        isMade = await store.create(formatVersionId(incoming), slotValue(delivery, incoming), signal);
        // On later attempts, the slot may exist unseen with our version in it: success then proves nothing.
        if (!isMade || attempt > 0) continue;
        remember(incoming);
        return 'stored';
      }
      const current = versions.find((version) => version.current);
      // Kept as first seen, because our own write moves the labels of the sites.
      if (current?.id !== firstSeen?.id) firstSeen = current;
      // A token without a readable expiry keeps the one that it got when it was first stored.
      const before = versions.find(({ parsed }) => parsed && sameToken(parsed, incoming))?.parsed;
      const ours = before && isBelievable(before.expiresAtSeconds, nowSeconds) ? before : incoming;

      const verdict = compare(current, ours, nowSeconds);
      if (verdict !== 'stored') {
        if (verdict === 'unchanged') remember(ours);
        return verdict === 'unchanged' && isMade ? 'stored' : verdict;
      }

      if (await store.replace(formatVersionId(ours), slotValue(delivery, ours), current, signal)) {
        remember(ours);
        return current?.parsed && current.parsed.installation !== ours.installation
          ? takenOver(firstSeen ?? current, delivery)
          : 'stored';
      }
    }
    throw new Refusal('slot-unavailable', `The slot's current version changed in each of ${MOST_ATTEMPTS} attempts.`);
  };
}

/**
 * No pause before the second attempt, since another writer was faster; then longer ones, partly random, so that writers
 * don't collide again.
 */
async function pauseBefore(attempt: number, { sleep, random }: Timing, signal: AbortSignal): Promise<void> {
  if (attempt < 2) return;
  const ms = Math.min(MOST_PAUSE_MS, 20 * 2 ** (attempt - 1)) * (0.75 + random() / 4);
  await sleep(ms, signal).catch(() => {
    throw new Refusal(
      'slot-unavailable',
      'The slot did not settle in time: others write to it, or its secret is marked for deletion.',
    );
  });
}

/** Refuses a token that nobody could use. */
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

/** A site keeps its label in an earlier installation's version. */
const takenOver = (before: StoredVersion, { contexts }: Delivery): SlotOutcome =>
  siteLabels(contexts).some((label) => before.labels.includes(label)) ? 'reinstalled' : 'rebound';

/** The outcome for `ours`, given what is in the slot. `stored` still has to be done. */
function compare(stored: StoredVersion | undefined, ours: SlotVersion, nowSeconds: number): SlotOutcome {
  const current = stored?.parsed;
  // Empty or written by hand: nothing to keep.
  if (!stored || !current || !isBelievable(current.expiresAtSeconds, nowSeconds)) return 'stored';
  if (current.installation !== ours.installation) {
    // A valid token binds its slot. An uninstall leaves an expired or a released one.
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

const LEAST_LIFE_SECONDS = DELIVERED_LIFE_MINUTES * 60;

/** A token's 4 h, by Forge's documentation, and 5 s of clock skew. */
const MOST_LIFE_SECONDS = 4 * 3600 + 5;

/**
 * Whether a system token may expire then. Later times are not believed: the token that expires last wins, and one false
 * expiry would lock out every later token.
 */
const isBelievable = (expiresAtSeconds: number, nowSeconds: number): boolean =>
  expiresAtSeconds <= nowSeconds + MOST_LIFE_SECONDS;

/**
 * When a system token expires, in seconds since 1970. Only this claim of the token is read, and without its signature,
 * because it came in a verified call. A token without a believable expiry gets the documented least life.
 */
export function readExpiry(token: string, nowSeconds: number): number {
  const least = nowSeconds + LEAST_LIFE_SECONDS;
  try {
    const { exp = 0 } = decodeJwt(token);
    if (!Number.isFinite(exp) || exp <= 0) return least;
    return isBelievable(exp, nowSeconds) ? Math.floor(exp) : least;
  } catch {
    return least;
  }
}

/** Tells tokens apart without showing them: the first hex digits of the token's SHA-256. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex').slice(0, TOKEN_HASH_DIGITS);
}

/** Most installations whose last token is remembered. */
export const MOST_REMEMBERED = 1_000;

/** A writer for each slot, which remembers the last token that it saw. */
interface Writers {
  /** The writer of `slot`; a new one opens the slot. */
  of(slot: string, open: () => SlotStore): SlotWriter;
  forget(slot: string): void;
}

export function createWriters(timing?: Partial<Timing>): Writers {
  const writers = new Map<string, SlotWriter>();
  return {
    of(slot, open) {
      const known = writers.get(slot);
      if (known) return known;
      const writer = createSlotWriter(open(), timing);
      setBounded(writers, slot, writer, MOST_REMEMBERED);
      return writer;
    },
    forget: (slot) => void writers.delete(slot),
  };
}
