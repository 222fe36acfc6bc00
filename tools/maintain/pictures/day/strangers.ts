import type { Reason } from '../../../../lambda/contract/outcomes';
import { noise } from './noise';
import { minuteAt } from './time';

/** Calls that a scanner makes in a minute, by what they are refused for. */
type Calls = Partial<Record<Reason, number>>;

/** Scanners that come by, and how many calls they make in a minute at the most. */
const SCANS: readonly { readonly from: number; readonly minutes: number; readonly calls: Calls }[] = [
  { from: minuteAt(20, 20), minutes: 35, calls: { 'route-unknown': 12, 'method-not-allowed': 4 } },
  { from: minuteAt(5, 40), minutes: 20, calls: { 'route-unknown': 5, 'authorization-missing': 7 } },
  { from: minuteAt(11, 10), minutes: 50, calls: { 'authorization-missing': 2, 'signature-invalid': 4 } },
  { from: minuteAt(17, 32), minutes: 4, calls: { 'authorization-missing': 1, 'signature-invalid': 2 } },
];

/** What knocks at any URL all day. */
const STRAY: readonly (readonly [reason: Reason, share: number])[] = [
  ['route-unknown', 0.06],
  ['method-not-allowed', 0.02],
  ['authorization-missing', 0.01],
  ['signature-invalid', 0.004],
];

/** Strangers' calls in a minute. The same each time. */
export function strangers(minute: number): Calls {
  const calls = new Map<string, number>();
  const add = (reason: string, count: number) => count > 0 && calls.set(reason, (calls.get(reason) ?? 0) + count);
  STRAY.forEach(([reason, share], index) => {
    add(reason, noise(minute, 10 + index) < share ? 1 : 0);
  });
  for (const { from, minutes, calls: most } of SCANS) {
    if (minute < from || minute >= from + minutes) continue;
    Object.entries(most).forEach(([reason, count], index) => {
      add(reason, Math.round(count * noise(minute, 20 + index)));
    });
  }
  return Object.fromEntries(calls);
}
