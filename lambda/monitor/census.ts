import { LEFT_OVER_AFTER_MINUTES, lateBelowSeconds } from '../contract/freshness';
import { findReinstalls, type Reinstall } from './reinstalls';
import type { SlotState } from './slot-state';

/** An installation, by the time that its token has left. */
export interface TokenLife {
  /** The installation's uuid. */
  readonly installation: string;
  /** Negative once the token has expired. */
  readonly secondsLeft: number;
}

/** How all slots are at one moment. A slot is empty, expired, late, or none of them: fresh. */
export interface Census {
  readonly total: number;
  /** Slots without a token that the receiver wrote. */
  readonly empty: number;
  /** Installations whose token has expired, the last one to expire first: that is news, the first one may be long gone. */
  readonly expired: readonly TokenLife[];
  /** Installations that have missed a delivery and whose token is still valid, least life first. */
  readonly late: readonly TokenLife[];
  /** Installations that have replaced an earlier one on their site, whose slot is still there. */
  readonly reinstalled: readonly Reinstall[];
  /**
   * Life of the token that expires first; absent while no slot has a token. Slots that are left over count only while
   * there is no other: those of a reinstall never, and those whose token expired long ago.
   */
  readonly minSecondsLeft?: number;
}

/**
 * Counts the slots.
 *
 * @param intervalMinutes how often Forge delivers a token to each installation
 */
export function takeCensus(slots: readonly SlotState[], nowSeconds: number, intervalMinutes: number): Census {
  const lives = slots
    .flatMap(({ token }) => (token ? [token] : []))
    .map(({ installation, expiresAtSeconds }) => ({ installation, secondsLeft: expiresAtSeconds - nowSeconds }))
    .sort((a, b) => a.secondsLeft - b.secondsLeft);
  const reinstalled = findReinstalls(slots);
  const replaced = new Set(reinstalled.map(({ before }) => before));
  const awaited = lives.filter(({ installation }) => !replaced.has(installation));
  const lateBelow = lateBelowSeconds(intervalMinutes);
  const first =
    awaited.find(({ secondsLeft }) => secondsLeft > -LEFT_OVER_AFTER_MINUTES * 60) ?? awaited[awaited.length - 1];
  return {
    total: slots.length,
    empty: slots.length - lives.length,
    expired: lives.filter(({ secondsLeft }) => secondsLeft <= 0).reverse(),
    late: awaited.filter(({ secondsLeft }) => secondsLeft > 0 && secondsLeft < lateBelow),
    reinstalled,
    ...(first && { minSecondsLeft: first.secondsLeft }),
  };
}
