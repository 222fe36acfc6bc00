import type { TokenCache } from '../../../../lambda/slots/token-source';
import { setBounded } from '../../../../lambda/values';
import { createRandom } from '../../test/fleet/deliveries';
import { ASSUMED, LEAST_LEFT_MS, MOST_LIVED, REMEMBERED } from './assumptions';
import { runsAgainAfterRetry } from './deduplication';
import { DAY_STARTS_MS } from './forge-tokens';
import { Instances } from './instances';
import { LivedInstallation, type Store, type Writer } from './lived-installation';
import { Tally } from './tally';
import { type Call, Timetable } from './timetable';

export interface DayOptions {
  readonly installations: number;
  /** How often Forge calls for each. */
  readonly intervalMinutes: number;
  /** How slots are kept. @default 'secrets' */
  readonly store?: Store;
  /** The same number makes the same day. @default 1 */
  readonly seed?: number;
  /** Seconds of its minute in which a call comes. @default 60, evenly over the minute */
  readonly burstSeconds?: number;
  /** Installations that are lived through one by one; the others share their days. @default 1,000 */
  readonly mostLived?: number;
}

/** What a day came to. */
export interface Day {
  readonly installations: number;
  readonly intervalMinutes: number;
  readonly store: Store;
  readonly tally: Tally;
  /** The most tokens that were written to one slot. */
  readonly versions: number;
  readonly receiver: Usage;
  readonly worker: Usage;
}

/** How much a function was used. */
export interface Usage {
  readonly runs: number;
  readonly coldStarts: number;
  readonly busyMs: number;
  readonly mostAtOnce: number;
}

/**
 * Lives through a day of a fleet with a slot for each installation: who calls when is simulated, and so is what
 * keeps the slots; what is done with each call is decided by the receiver's and the worker's own code.
 *
 * @throws {Refusal} when a delivery is refused, as none may be
 */
export async function liveOneDay(options: DayOptions): Promise<Day> {
  const {
    installations,
    intervalMinutes,
    store = 'secrets',
    seed = 1,
    burstSeconds = 60,
    mostLived = MOST_LIVED,
  } = options;
  const lived = Math.min(installations, mostLived);
  const timetable = new Timetable({ installations, lived, intervalMinutes, seed, burstSeconds });
  const { momentsMs } = timetable;
  const tally = new Tally();
  let atMs = 0;

  /** Whoever stands for several has them do the same, each at its own moment of the interval. */
  function count(kind: Parameters<Tally['add']>[0], installation: number): void {
    const sinceMomentMs = atMs - (momentsMs[installation] ?? 0);
    for (let one = installation; one < installations; one += lived) {
      tally.add(kind, sinceMomentMs + (momentsMs[one] ?? 0));
    }
  }

  const random = createRandom(seed + 1);
  const fleet = Array.from({ length: lived }, (_, index) => {
    const ageMs = random() * LEAST_LEFT_MS;
    return new LivedInstallation(
      index,
      ageMs,
      store,
      () => DAY_STARTS_MS + atMs,
      (kind) => count(kind, index),
    );
  });

  const most = (limit: number) => Math.max(1, Math.round((limit * lived) / installations));
  const { keptMs } = ASSUMED;
  const receivers = new Instances({ ...ASSUMED.receiver, keptMs, newMemory: () => new Map<number, Writer>() });
  const workers = new Instances({ ...ASSUMED.worker, keptMs, newMemory: () => new Map<number, TokenCache>() });
  const runsAgain = await runsAgainAfterRetry(intervalMinutes);

  /** The instances that a call keeps busy: of the receiver, one for each copy; of the worker, if the job runs. */
  function takeInstances({ copies, isRetry }: Call) {
    const first = receivers.take(atMs);
    const second = copies === 2 ? receivers.take(atMs) : undefined;
    const worker = isRetry && !runsAgain ? undefined : workers.take(atMs);
    return { receivers: second ? [first, second] : [first], worker };
  }

  async function live(one: LivedInstallation, taken: ReturnType<typeof takeInstances>): Promise<void> {
    const { index } = one;
    const writers = taken.receivers.map((there) => {
      count('call', index);
      return known(there, index, () => one.newWriter(), most(REMEMBERED.receiver));
    });
    await one.deliver(writers);
    if (taken.worker) await known(taken.worker, index, () => one.newCache(), most(REMEMBERED.worker)).get();
  }

  for (const call of timetable.calls()) {
    atMs = call.atMs;
    const instances = takeInstances(call);
    const one = fleet[call.installation];
    // Most calls of a large fleet are only counted: waiting for nothing, millions of times, takes its time, too.
    if (one) await live(one, instances);
  }

  const versions = Math.max(...fleet.map((one) => one.versions));
  return {
    installations,
    intervalMinutes,
    store,
    tally,
    versions,
    receiver: usageOf(receivers),
    worker: usageOf(workers),
  };
}

function known<Value>(memory: Map<number, Value>, key: number, make: () => Value, most: number): Value {
  const before = memory.get(key);
  if (before !== undefined) return before;
  const value = make();
  setBounded(memory, key, value, most);
  return value;
}

const usageOf = ({ runs, coldStarts, busyMs, mostAtOnce }: Instances<unknown>): Usage => ({
  runs,
  coldStarts,
  busyMs,
  mostAtOnce,
});
