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

/** A version of a slot that can be told apart without reading it. */
export interface StoredVersion {
  readonly id: string;
  /** Whether readers get this one. */
  readonly current: boolean;
  readonly labels: readonly string[];
  /** What its id says; `undefined` when the receiver didn't write it. */
  readonly parsed: SlotVersion | undefined;
  /** When its slot was made, in seconds since 1970, where the slot itself has to keep it. */
  readonly createdAt?: number;
}

/** One slot, as its writer needs it. It can't read a token back. Every call ends when `signal` says so. */
export interface SlotStore {
  /** Its versions; `undefined` when the slot has to be made first. */
  describe(signal: AbortSignal): Promise<readonly StoredVersion[] | undefined>;
  /** Makes the slot with a first version, which is current at once. False when somebody else has made it. */
  create(id: string, value: SlotValue, signal: AbortSignal): Promise<boolean>;
  /** Writes a version and makes it the current one, if `seen` still is. False when it no longer is. */
  replace(id: string, value: SlotValue, seen: StoredVersion | undefined, signal: AbortSignal): Promise<boolean>;
  /** Deletes the slot. It is no fault if it isn't there. */
  remove(signal: AbortSignal): Promise<void>;
}

/** What a client of the AWS SDK may be told; by itself it looks where the SDK looks. */
export interface ClientOptions {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Time for one try, in milliseconds: a call that hangs is tried again while Forge still listens. */
const TRY_MS = 1_000;

/** Of the receiver's client, whichever store it is for. */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: TRY_MS, requestTimeout: TRY_MS, throwOnRequestTimeout: true },
};

/** The SDK's messages name operations and resources, never what is stored. */
export function unavailable(thrown: unknown): never {
  const { name, message } = asError(thrown);
  throw new Refusal('slot-unavailable', `${name}: ${message}`, { cause: thrown });
}

/**
 * Staging labels that say of which sites a version's token is, so that a reinstall on the same site can be told from an
 * installation on another one without reading the token. A label is on one version only: it moves to the newest.
 */
export const siteLabels = (contexts: readonly InstallationContext[]): string[] =>
  sitesIn(contexts).map((site) => `SITE_${shortHash(site)}`);

/**
 * The same for a slot of its own: a tag's value, with a space between two sites. Installations of two environments
 * share a site without following each other, so the environment's id is part of what is hashed.
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

/** A delivery, and its environment for the tags of a slot that it makes. */
export interface TaggedDelivery extends Delivery {
  readonly environment: ForgeEnvironment;
  readonly environmentId?: string;
}

/** The slots of a stage, whichever way they are kept. */
export interface Slots {
  /** @throws {Refusal} as `SlotWriter` says */
  write(delivery: TaggedDelivery, signal: AbortSignal): Promise<SlotOutcome>;
  /**
   * Ends an installation's slot: `removed`, whether or not there was one. The stack's one slot stays: it is `released`,
   * free for the next installation; or `acknowledged`, left as it is, when it holds no token of this installation.
   *
   * @throws {Refusal} `slot-unavailable`
   */
  remove(installation: string, signal: AbortSignal): Promise<'removed' | 'released' | 'acknowledged'>;
}

/** Secrets Manager's limit on a value, in bytes. It is less than DynamoDB's on an item. */
const MOST_VALUE_BYTES = 65_536;

/**
 * How long the writer relies on having seen a token in the slot, in milliseconds: the same one again costs no call. Another
 * instance may have deleted the slot meanwhile, when the app was uninstalled, or somebody by hand. Half of a token's life:
 * what is gone is made anew in time. And as long as Forge keeps a token: a look more often would double their cost.
 */
const REMEMBER_MS = 2 * 3_600_000;

/** Attempts before we give up. With their pauses they take longer than a call has, so it is its signal that ends them. */
const MOST_ATTEMPTS = 24;

/** The longest pause between two of them, in milliseconds. */
const MOST_PAUSE_MS = 250;

/** The clock, pauses and chance: real, or a test's. */
export interface Timing {
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** Waits so many milliseconds. Fails as soon as `signal` says so. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Between 0 and 1. */
  readonly random: () => number;
}

/** The real thing, where `given` doesn't say otherwise. */
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
 * A writer that leaves the token that expires last in the slot, whatever the order in which deliveries arrive, and
 * however many arrive at once. It remembers the last token that it saw there: the same one again costs no call.
 *
 * The service may be some time behind: what another writer has just made, written or deleted is not there yet, or still.
 * So the writer looks again at whatever isn't as it was seen, after longer and longer pauses, while `signal` lets it.
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
        // On later attempts it may exist unseen, with our version in it. Making it again is then no error and no proof.
        if (!isMade || attempt > 0) continue;
        remember(incoming);
        return 'stored';
      }
      const current = versions.find((version) => version.current);
      // Our own write takes the labels of the sites from it.
      if (current?.id !== firstSeen?.id) firstSeen = current;
      // A token without a readable expiry got one when it was first stored, and keeps it.
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
    throw new Refusal('slot-unavailable', `The slot's current version changed under us ${MOST_ATTEMPTS} times.`);
  };
}

/**
 * Not at all before the second attempt, since another writer was faster; then longer each time. Several that wait for each
 * other must not meet again, so chance has a part in it.
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
  const current = stored?.parsed;
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

const LEAST_LIFE_SECONDS = DELIVERED_LIFE_MINUTES * 60;

/** The 4 h that Forge's documentation gives a token, and the skew that two clocks may have. */
const MOST_LIFE_SECONDS = 4 * 3600 + 5;

/**
 * Whether a system token may expire then. An expiry further ahead is not believed, wherever it stands: the token that
 * expires last wins, and one false expiry would lock every later token out.
 */
export const isBelievable = (expiresAtSeconds: number, nowSeconds: number): boolean =>
  expiresAtSeconds <= nowSeconds + MOST_LIFE_SECONDS;

/**
 * When a system token expires, in seconds since 1970. The token is opaque but for this one claim, which is read
 * without a check of the signature: it came in a call that was verified.
 *
 * A token whose expiry can't be read or believed gets the documented least life from `nowSeconds` on.
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

/** Tells tokens apart without saying any of them: the first hex digits of its SHA-256. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex').slice(0, TOKEN_HASH_DIGITS);
}

/** Installations whose last token is remembered, so that the same one again costs no call. */
export const MOST_REMEMBERED = 1_000;

/** A writer for each slot, which remembers the token that it saw there last. */
export interface Writers {
  /** The writer of `slot`, which is opened when there is none. */
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
