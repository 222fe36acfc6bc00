import type { DeliverySchedule } from '../contract/background-settings';
import {
  lateBelowSeconds,
  NEWS_MINUTES,
  RUNNING_OUT_COUNTS_FOR_MINUTES,
  runningOutBelowSeconds,
} from '../contract/freshness';
import type { SlotVersion } from '../contract/slot';
import { currentToken, type SlotMetadata } from '../contract/slot-metadata';
import { asError } from '../values';

/**
 * Nobody waits for the monitor, so it outlasts throttling: the SDK's pauses between tries grow up to 20 s.
 */
export const CLIENT_SETTINGS = {
  retryMode: 'standard',
  maxAttempts: 8,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

/** The slots, whatever their strategy. */
export interface MonitoredSlots {
  /** Lists all slots. Throws when it can't list all. */
  readonly list: (signal: AbortSignal) => Promise<readonly SlotState[]>;
  /** Deletes slots whose token expired long ago. Absent when the monitor deletes none. */
  readonly deleteExpired?: (slots: readonly SlotState[], signal: AbortSignal) => Promise<void>;
}

/** The monitor's log and metrics. */
export interface MonitorReports {
  /** Writes a log line and metrics for all slots. */
  slots(summary: SlotSummary): void;
  /** Listing the slots failed. Writes a log line, and no metrics. */
  slotsNotListed(error: Error): void;
  /** Keeping the key set succeeded, or failed with `error`. Writes a metric, and a log line for the error. */
  keySet(error?: Error): void;
  readonly deletion: DeletionLog;
}

/** Logs the deletion of each slot. */
export interface DeletionLog {
  /** Before the slot is deleted. */
  announce(slot: TokenLife): void;
  failed(slot: TokenLife, error: Error): void;
}

export interface MonitorDependencies {
  readonly slots: MonitoredSlots;
  readonly delivery: DeliverySchedule;
  /** Keeps Forge's key set where a receiver finds it when the key server is down. Throws when it can't. */
  readonly keepKeySet?: (signal: AbortSignal) => Promise<void>;
  readonly reports: Pick<MonitorReports, 'slots' | 'slotsNotListed' | 'keySet'>;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * One run: lists all slots, reports their state, and keeps Forge's key set. Never throws: Lambda would only run it again,
 * and the next run is minutes away. When listing fails, the log says why and no number is reported; if that lasts, an
 * alarm follows.
 *
 * @param signal when to give up
 */
export async function handle(signal: AbortSignal, dependencies: MonitorDependencies): Promise<void> {
  await Promise.all([reportSlots(signal, dependencies), reportKeySet(signal, dependencies)]);
}

async function reportSlots(signal: AbortSignal, { slots, delivery, reports, now }: MonitorDependencies): Promise<void> {
  try {
    const found = await Promise.race([slots.list(signal), timeIsUp(signal)]);
    reports.slots(summarize(found, Math.floor(now() / 1000), delivery));
    await slots.deleteExpired?.(found, signal);
  } catch (error) {
    reports.slotsNotListed(asError(error));
  }
}

async function reportKeySet(signal: AbortSignal, { keepKeySet, reports }: MonitorDependencies): Promise<void> {
  if (!keepKeySet) return;
  try {
    await keepKeySet(signal);
    reports.keySet();
  } catch (error) {
    reports.keySet(asError(error));
  }
}

/** Rejects when `signal` aborts. The SDK checks it only after its pause before the next try. */
const timeIsUp = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const fail = () => reject(new Error('The time was up before all slots were seen.'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });

/** A slot's state, from its metadata. */
export interface SlotState {
  /** Name or ARN of its secret; table and key of its item. */
  readonly id: string;
  /** The token that readers get. Absent in slots that are empty, released or written by hand. */
  readonly token?: Pick<SlotVersion, 'installation' | 'expiresAtSeconds'>;
  /** Hashes of the sites of its installation, from a tag or an attribute. */
  readonly sites?: readonly string[];
  /** When it was created, in milliseconds since 1970. */
  readonly createdAtMs?: number;
}

/** A slot whose installation is gone counts as empty: nobody waits for its next token. */
export function slotState({ id, sites, createdAtMs, ...metadata }: SlotMetadata): SlotState {
  const { version, isReleased } = currentToken(metadata) ?? {};
  if (!version || isReleased) return { id };
  return {
    id,
    token: { installation: version.installation, expiresAtSeconds: version.expiresAtSeconds },
    ...(sites && { sites }),
    ...(createdAtMs !== undefined && { createdAtMs }),
  };
}

/** An installation, and the remaining life of its token. */
export interface TokenLife {
  /** The installation's uuid. */
  readonly installation: string;
  /** Negative once the token has expired. */
  readonly secondsLeft: number;
}

/** An installation that has replaced an earlier one, whose slot is left over. */
export interface Reinstall {
  /** The uuid of the new one. */
  readonly installation: string;
  /** The uuid of the earlier one. */
  readonly before: string;
}

/** The state of all slots. A slot is empty, replaced, expired, late, or fresh. */
export interface SlotSummary {
  readonly total: number;
  /** Slots without a token that the receiver wrote. */
  readonly empty: number;
  /** Installations whose token has expired, the latest first: the earliest may be long gone. */
  readonly expired: readonly TokenLife[];
  /** How many of them expired within the last {@link NEWS_MINUTES}. */
  readonly newlyExpired: number;
  /** Slots whose token began to run out within the last {@link NEWS_MINUTES}. */
  readonly runningOut: number;
  /** Installations with a valid token that have missed a delivery, least life first. */
  readonly late: readonly TokenLife[];
  /** Installations that have replaced an earlier one on their site, and whose earlier slot remains. */
  readonly reinstalled: readonly Reinstall[];
  /** How many of them came within the last {@link NEWS_MINUTES}. */
  readonly newlyReplaced: number;
  /**
   * Remaining life of the token that expires first, among those that {@link firstToExpire} counts. Absent without a token.
   */
  readonly minSecondsLeft?: number;
}

export function summarize(slots: readonly SlotState[], nowSeconds: number, delivery: DeliverySchedule): SlotSummary {
  const { intervalMinutes } = delivery;
  const reinstalls = findReinstalls(slots);
  const replaced = new Set(reinstalls.map(({ before }) => before));
  const tokens = slots.flatMap(({ token }) => token ?? []);
  const lives = tokens
    .filter(({ installation }) => !replaced.has(installation))
    .map(({ installation, expiresAtSeconds }) => ({ installation, secondsLeft: expiresAtSeconds - nowSeconds }))
    .sort((a, b) => a.secondsLeft - b.secondsLeft);
  const expired = lives.filter(({ secondsLeft }) => secondsLeft <= 0).reverse();
  const lateBelow = lateBelowSeconds(intervalMinutes);
  const newsSince = nowSeconds - NEWS_MINUTES * 60;
  const runningOutBelow = runningOutBelowSeconds(intervalMinutes);
  const countedAbove = runningOutBelow - RUNNING_OUT_COUNTS_FOR_MINUTES * 60;
  const first = firstToExpire(lives, countedAbove, delivery.licensedOnly);
  return {
    total: slots.length,
    empty: slots.length - tokens.length,
    expired,
    newlyExpired: expired.filter(({ secondsLeft }) => secondsLeft > -NEWS_MINUTES * 60).length,
    runningOut: lives.filter(({ secondsLeft }) => {
      return secondsLeft > runningOutBelow - NEWS_MINUTES * 60 && secondsLeft < runningOutBelow;
    }).length,
    late: lives.filter(({ secondsLeft }) => secondsLeft > 0 && secondsLeft < lateBelow),
    reinstalled: reinstalls.map(({ installation, before }) => ({ installation, before })),
    newlyReplaced: reinstalls.filter(({ createdAtMs }) => createdAtMs > newsSince * 1000).length,
    ...(first && { minSecondsLeft: first.secondsLeft }),
  };
}

/**
 * The token that expires first, among those that somebody must hear of.
 *
 * A token that has been running out for {@link RUNNING_OUT_COUNTS_FOR_MINUTES} no longer counts: somebody knows, and it must
 * not hide that the next token runs out. When no token counts any more, the last one to expire does, because missing data
 * must not look healthy.
 *
 * If Forge delivers to licensed sites only, the first token doesn't count while there is a second one: a site whose licence
 * has ended gets no more tokens. Licences end one by one; when two tokens run out together, something else is wrong.
 *
 * @param lives of all installations that should get tokens, least life first
 * @param countedAbove remaining life at which a token stops to count, in seconds
 */
function firstToExpire(
  lives: readonly TokenLife[],
  countedAbove: number,
  licensedOnly: boolean,
): TokenLife | undefined {
  const [first, second] = lives.filter(({ secondsLeft }) => secondsLeft > countedAbove);
  return (licensedOnly ? second : undefined) ?? first ?? lives[lives.length - 1];
}

/**
 * Finds installations that have replaced an earlier one on the same site, and when. A reinstalled app has a new installation
 * id (Forge's documentation), and a site has one installation per environment.
 */
function findReinstalls(slots: readonly SlotState[]): (Reinstall & { readonly createdAtMs: number })[] {
  const newest = new Map<string, SlotState>();
  for (const slot of slots.filter(({ token }) => token)) {
    for (const site of slot.sites ?? []) {
      const other = newest.get(site);
      if (!other || createdAt(slot) > createdAt(other)) newest.set(site, slot);
    }
  }
  return slots.flatMap(({ token, sites = [] }) => {
    const now = sites.map((site) => newest.get(site)).find((other) => other?.token && other.token !== token);
    if (!token || !now?.token) return [];
    return [{ installation: now.token.installation, before: token.installation, createdAtMs: createdAt(now) }];
  });
}

const createdAt = ({ createdAtMs = 0 }: SlotState): number => createdAtMs;
