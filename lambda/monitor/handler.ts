import { asError } from '../thrown';
import type { MonitorReports } from './report';
import { type Delivery, type SlotState, summarize } from './summary';

/**
 * Nobody waits for the monitor, so it outlasts throttling: the SDK's pauses between tries grow up to 20 s. It still ends
 * when the function's time does.
 */
export const CLIENT_SETTINGS = {
  retryMode: 'standard',
  maxAttempts: 8,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

/** The slots, wherever they are kept. */
export interface WatchedSlots {
  /** Lists all slots. Throws when it can't list all. */
  readonly list: (signal: AbortSignal) => Promise<readonly SlotState[]>;
  /** Deletes slots whose token expired long ago. Absent when the monitor deletes none. */
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
 * One run: lists all slots, reports their state, and keeps Forge's key set. Never throws: Lambda would only run it again,
 * and the next run is minutes away. When listing fails, the log says why and no number is reported; an alarm follows if
 * that lasts.
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

/** Rejects once `signal` aborts. The SDK checks a signal only after its pause before the next try. */
const timeIsUp = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const fail = () => reject(new Error('The time was up before all slots were seen.'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
