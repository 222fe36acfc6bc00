import type { SlotValue, SlotVersion } from '../contract/slot';

/** A version of a slot that can be told apart without reading it. */
export interface StoredVersion {
  readonly id: string;
  /** Whether readers get this one. */
  readonly current: boolean;
  readonly labels: readonly string[];
  /** What its id says; `undefined` when the receiver didn't write it. */
  readonly says: SlotVersion | undefined;
  /** When its slot was made, in seconds since 1970, where the slot itself has to keep it. */
  readonly createdAt?: number;
}

/** One slot, as its writer needs it. It can't read a token back. Every call ends when `signal` says so. */
export interface SlotStore {
  /** Its versions; `undefined` when the slot has to be made first. */
  describe(signal: AbortSignal): Promise<readonly StoredVersion[] | undefined>;
  /** Makes the slot with a first version, which is current at once. False when somebody else has made it. */
  create(id: string, value: SlotValue, signal: AbortSignal): Promise<boolean>;
  /** Writes a version and makes it the current one, if `seen` still is. False when it no longer is. */
  replace(id: string, value: SlotValue, seen: StoredVersion | undefined, signal: AbortSignal): Promise<boolean>;
  /** Deletes the slot. It is no fault if it isn't there. */
  remove(signal: AbortSignal): Promise<void>;
}
