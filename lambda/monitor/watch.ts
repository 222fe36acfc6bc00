import type { SlotState } from './slot-state';

/** What there is to watch, and to do about it, where slots are kept. */
export interface Watch {
  /** Looks at every slot once. Throws when not all could be seen. */
  readonly sweep: (signal: AbortSignal) => Promise<readonly SlotState[]>;
  /** Deletes what is long dead. Absent: nothing is deleted by the monitor. */
  readonly reap?: (slots: readonly SlotState[], signal: AbortSignal) => Promise<void>;
}
