import type { DeliverySchedule } from '../../../../../lambda/contract/background-settings';
import { lateBelowSeconds } from '../../../../../lambda/contract/freshness';
import { type SlotState, type SlotSummary, summarize } from '../../../../../lambda/monitor/handler';

/**
 * The monitor's own summary, in a tenth of its time: it is asked about the slots that matter. Of those that are fresh only
 * the two that expire first do, and how many they are. quick-summary.test.ts holds it against the real one.
 */
export function quickSummary(slots: readonly SlotState[], nowSeconds: number, delivery: DeliverySchedule): SlotSummary {
  const lateBelow = nowSeconds + lateBelowSeconds(delivery.intervalMinutes);
  const matter: SlotState[] = [];
  const next: { slot: SlotState; expiry: number }[] = [];
  for (const slot of slots) {
    const expiry = slot.token?.expiresAtSeconds ?? 0;
    // Slots that tell their site may have to do with each other.
    if (expiry < lateBelow || slot.sites) matter.push(slot);
    else if (next.length < 2 || expiry < (next[1]?.expiry ?? 0)) {
      next.push({ slot, expiry });
      next.sort((a, b) => a.expiry - b.expiry);
      next.length = Math.min(next.length, 2);
    }
  }
  // The last one to expire counts where none else does.
  return { ...summarize([...matter, ...next.map(({ slot }) => slot)], nowSeconds, delivery), total: slots.length };
}
