import { asError } from '../thrown';
import { type Census, takeCensus } from './census';
import type { SlotState } from './slot-state';

export interface MonitorDependencies {
  /** How often Forge delivers a token to each installation, in minutes. */
  readonly intervalMinutes: number;
  readonly sweep: (signal: AbortSignal) => Promise<readonly SlotState[]>;
  readonly report: (census: Census) => void;
  readonly reportFailure: (error: Error) => void;
  /** Deletes what is long dead. Absent: nothing is deleted. */
  readonly reap?: (slots: readonly SlotState[], signal: AbortSignal) => Promise<void>;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Sweeps over all slots and reports how they are. Never throws: a sweep that fails is told in the log and reports no
 * numbers, which is an alarm when it goes on. Lambda would only run it again, and the next sweep is minutes away.
 *
 * @param signal when to give up
 */
export async function handle(signal: AbortSignal, dependencies: MonitorDependencies): Promise<void> {
  const { sweep, intervalMinutes, report, reportFailure, reap, now } = dependencies;
  try {
    const slots = await Promise.race([sweep(signal), timeIsUp(signal)]);
    report(takeCensus(slots, Math.floor(now() / 1000), intervalMinutes));
    await reap?.(slots, signal);
  } catch (error) {
    reportFailure(asError(error));
  }
}

/** An error once `signal` is aborted. The SDK looks at a signal only when it is done waiting for its next try. */
const timeIsUp = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const fail = () => reject(new Error('The time was up before all slots were seen.'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
