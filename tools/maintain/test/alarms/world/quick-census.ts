import { lateBelowSeconds } from '../../../../../lambda/contract/freshness';
import { type Census, takeCensus } from '../../../../../lambda/monitor/census';
import type { SlotState } from '../../../../../lambda/monitor/slot-state';

/**
 * The monitor's own census, in a tenth of its time: it is asked about the slots that matter. Of those that are fresh only
 * the one that expires first does, and how many they are. quick-census.test.ts holds it against the real one.
 */
export function quickCensus(slots: readonly SlotState[], nowSeconds: number, intervalMinutes: number): Census {
  const lateBelow = nowSeconds + lateBelowSeconds(intervalMinutes);
  const matter: SlotState[] = [];
  let next: SlotState | undefined;
  let nextExpiry = Number.POSITIVE_INFINITY;
  for (const slot of slots) {
    const expiry = slot.token?.expiresAtSeconds ?? 0;
    // Slots that tell their site may have to do with each other.
    if (expiry < lateBelow || slot.sites) matter.push(slot);
    else if (expiry < nextExpiry) {
      next = slot;
      nextExpiry = expiry;
    }
  }
  if (next) matter.push(next);
  return { ...takeCensus(matter, nowSeconds, intervalMinutes), total: slots.length };
}
