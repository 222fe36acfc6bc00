import {
  lateBelowSeconds,
  NEWS_MINUTES,
  RUNNING_OUT_COUNTS_FOR_MINUTES,
  runningOutBelowSeconds,
} from '../contract/freshness';
import type { SlotVersion } from '../contract/slot';

/** A slot's state, from its metadata. */
export interface SlotState {
  /** Name or ARN of its secret; table and key of its item. */
  readonly id: string;
  /** The token that readers get. Absent in a slot that is empty, that was released, or that somebody wrote by hand. */
  readonly token?: Pick<SlotVersion, 'installation' | 'expiresAtSeconds'>;
  /** Hashes of the sites that its installation covers, where a tag or an attribute tells them. */
  readonly sites?: readonly string[];
  /** When it was made, in milliseconds since 1970. */
  readonly createdAtMs?: number;
}

/** How Forge delivers tokens. */
export interface Delivery {
  /** How often Forge delivers a token to each installation, in minutes. */
  readonly intervalMinutes: number;
  /** Whether Forge delivers to licensed sites only: a site whose licence ends gets no more tokens, by design. */
  readonly licensedOnly: boolean;
}

/** An installation, and the time that its token has left. */
export interface TokenLife {
  /** The installation's uuid. */
  readonly installation: string;
  /** Negative once the token has expired. */
  readonly secondsLeft: number;
}

/** An installation that has taken the place of an earlier one, whose slot is left over. */
export interface Reinstall {
  /** The uuid of the one that is installed now. */
  readonly installation: string;
  /** The uuid of the one that it replaced. */
  readonly before: string;
}

/** The state of all slots at one moment. A slot is empty, replaced, expired, late, or none of them: fresh. */
export interface SlotSummary {
  readonly total: number;
  /** Slots without a token that the receiver wrote. */
  readonly empty: number;
  /** Installations whose token has expired, the latest first: the latest is news, the earliest may be long gone. */
  readonly expired: readonly TokenLife[];
  /** How many of them expired within the last {@link NEWS_MINUTES}. */
  readonly newlyExpired: number;
  /** Slots whose token has begun to run out within the last {@link NEWS_MINUTES}. */
  readonly runningOut: number;
  /** Installations that have missed a delivery and whose token is still valid, least life first. */
  readonly late: readonly TokenLife[];
  /** Installations that have replaced an earlier one on their site, whose slot is still there. */
  readonly reinstalled: readonly Reinstall[];
  /** How many of them came within the last {@link NEWS_MINUTES}. */
  readonly newlyReplaced: number;
  /**
   * Time left of the token that expires first, among those that {@link firstToExpire} counts. Absent while no slot has a
   * token.
   */
  readonly minSecondsLeft?: number;
}

/** Sums up the slots. */
export function summarize(slots: readonly SlotState[], nowSeconds: number, delivery: Delivery): SlotSummary {
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
  const told = runningOutBelow - RUNNING_OUT_COUNTS_FOR_MINUTES * 60;
  const first = firstToExpire(lives, told, delivery.licensedOnly);
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
 * A token that has been running out for {@link RUNNING_OUT_COUNTS_FOR_MINUTES} no longer counts: somebody was told, and
 * its slot must not hide that the next token runs out. When no token counts any more, the last one to expire does:
 * silence is never health.
 *
 * Where Forge delivers to licensed sites only, the first token doesn't count while there is a second one: a site whose
 * licence has ended gets no more tokens, by design. Licences end one by one; two that run out together are no such end.
 *
 * @param lives of all installations that should get tokens, least time left first
 * @param told time left, in seconds, below which a token no longer counts
 */
function firstToExpire(lives: readonly TokenLife[], told: number, licensedOnly: boolean): TokenLife | undefined {
  const [first, second] = lives.filter(({ secondsLeft }) => secondsLeft > told);
  return (licensedOnly ? second : undefined) ?? first ?? lives[lives.length - 1];
}

/**
 * Finds installations that have replaced an earlier one on the same site, and when. Forge makes a new installation with a new
 * id when an app is uninstalled and installed again (its documentation), and a site has one installation of an
 * environment.
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
