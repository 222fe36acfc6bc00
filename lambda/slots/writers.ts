import { setBounded } from './bounded-map';
import type { SlotStore } from './slot-store';
import { createSlotWriter, type SlotWriter } from './write-newest';

/** Installations whose last token is remembered, so that the same one again costs no call. */
export const MOST_REMEMBERED = 1_000;

/** A writer for each slot, which remembers the token that it saw there last. */
export interface Writers {
  /** The writer of `slot`, which is opened when there is none. */
  of(slot: string, open: () => SlotStore): SlotWriter;
  forget(slot: string): void;
}

/** @param now the time in milliseconds since 1970 */
export function createWriters(now: () => number): Writers {
  const writers = new Map<string, SlotWriter>();
  return {
    of(slot, open) {
      const known = writers.get(slot);
      if (known) return known;
      const writer = createSlotWriter(open(), now);
      setBounded(writers, slot, writer, MOST_REMEMBERED);
      return writer;
    },
    forget: (slot) => void writers.delete(slot),
  };
}
