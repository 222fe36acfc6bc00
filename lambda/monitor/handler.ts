import { asError } from '../thrown';
import type { MonitorReports } from './report';
import { type Delivery, type SlotState, summarize } from './summary';

/**
 * Nobody waits for the monitor, so it outlasts throttling: between two tries the SDK waits longer each time, up to 20 s.
 * It ends all the same when the function's time does.
 */
export const CLIENT_SETTINGS = {
  retryMode: 'standard',
  maxAttempts: 8,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

/** The slots, wherever they are kept. */
export interface WatchedSlots {
  /** Looks at every slot once. Throws when not all could be seen. */
  readonly list: (signal: AbortSignal) => Promise<readonly SlotState[]>;
  /** Deletes slots whose token expired long ago. Absent: the monitor deletes none. */
  readonly deleteExpired?: (slots: readonly SlotState[], signal: AbortSignal) => Promise<void>;
}

export interface MonitorDependencies {
  readonly slots: WatchedSlots;
  readonly delivery: Delivery;
  /** Keeps Forge's key set where a receiver finds it when the key server is down. Throws when it can't. */
  readonly keepKeySet?: (signal: AbortSignal) => Promise<void>;
  readonly reports: Pick<MonitorReports, 'slots' | 'slotsUnseen' | 'keySet'>;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * One run: looks at all slots and reports how they are, and keeps Forge's key set. Never throws. When the slots can't be
 * seen, the log says why and no number is reported, which is an alarm when it goes on. Lambda would only run it again,
 * and the next run is minutes away.
 *
 * @param signal when to give up
 */
export async function handle(signal: AbortSignal, dependencies: MonitorDependencies): Promise<void> {
  await Promise.all([watchSlots(signal, dependencies), watchKeyServer(signal, dependencies)]);
}

async function watchSlots(signal: AbortSignal, { slots, delivery, reports, now }: MonitorDependencies): Promise<void> {
  try {
    const found = await Promise.race([slots.list(signal), timeIsUp(signal)]);
    reports.slots(summarize(found, Math.floor(now() / 1000), delivery));
    await slots.deleteExpired?.(found, signal);
  } catch (error) {
    reports.slotsUnseen(asError(error));
  }
}

async function watchKeyServer(signal: AbortSignal, { keepKeySet, reports }: MonitorDependencies): Promise<void> {
  if (!keepKeySet) return;
  try {
    await keepKeySet(signal);
    reports.keySet();
  } catch (error) {
    reports.keySet(asError(error));
  }
}

/** An error once `signal` is aborted. The SDK looks at a signal only when it is done waiting for its next try. */
const timeIsUp = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const fail = () => reject(new Error('The time was up before all slots were seen.'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
