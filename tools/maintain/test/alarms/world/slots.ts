import type { Reason } from '../../../../../lambda/contract/outcomes';
import type { SlotState } from '../../../../../lambda/monitor/handler';
import type { Outcome } from '../../../../../lambda/receiver/handler';

/** What the slots hold, as the monitor sees them. Times are minutes of the simulated time. */
export interface Slots {
  /** Takes a delivered token, as the receiver does. */
  write(installation: number, expiry: number, minute: number): Outcome | Reason;
  /** Before an uninstall, of which Forge says so. */
  remove(installation: number): Outcome;
  /** The slots' metadata, as Secrets Manager shows it at `minute`. */
  list(minute: number): readonly SlotState[];
}

/** One slot, which is there from the deployment on, and belongs to the installation whose token it holds. */
export function createSingleSlot(): Slots {
  let held: { readonly installation: number; readonly expiry: number; readonly released?: true } | undefined;
  return {
    write(installation, expiry, minute) {
      const bound = held && held.installation !== installation && held.expiry > minute && !held.released;
      if (bound) return 'slot-bound-elsewhere';
      if (held?.installation === installation && held.expiry >= expiry) {
        return held.expiry === expiry ? 'unchanged' : 'older';
      }
      const outcome: Outcome = held && held.installation !== installation ? 'rebound' : 'stored';
      held = { installation, expiry };
      return outcome;
    },
    remove(installation) {
      if (held?.installation !== installation) return 'acknowledged';
      held = { ...held, released: true };
      return 'released';
    },
    // The monitor takes a slot that was released for an empty one.
    list: () => [held && !held.released ? stateOf(held.installation, held.expiry) : { id: 'slot' }],
  };
}

/**
 * A slot for each installation, made by its first delivery.
 *
 * @param behindMinutes how far the list of secrets is behind: up to 5 minutes (AWS's API reference, ListSecrets)
 * @param siteOf the site of an installation, where others are on the same
 */
export function createInstallationSlots(
  behindMinutes: number,
  siteOf: (installation: number) => string | undefined = () => undefined,
): Slots {
  interface Slot {
    readonly expiry: number;
    readonly createdAt: number;
    readonly writtenAt: number;
    readonly state: SlotState;
    /** As the list shows it until it has caught up; absent when it was made. */
    readonly before: SlotState | undefined;
  }
  // In the order of installations, whatever order they come in.
  const slots: (Slot | undefined)[] = [];
  return {
    write(installation, expiry, minute) {
      const slot = slots[installation];
      if (slot && slot.expiry >= expiry) return slot.expiry === expiry ? 'unchanged' : 'older';
      slots[installation] = {
        expiry,
        createdAt: slot?.createdAt ?? minute,
        writtenAt: minute,
        state: stateOf(installation, expiry, siteOf(installation), slot?.createdAt ?? minute),
        before: slot && (minute - slot.writtenAt < behindMinutes ? slot.before : slot.state),
      };
      return 'stored';
    },
    remove(installation) {
      slots[installation] = undefined;
      return 'removed';
    },
    list(minute) {
      const seen: SlotState[] = [];
      for (const slot of slots) {
        if (!slot) continue;
        const state = minute - slot.writtenAt < behindMinutes ? slot.before : slot.state;
        if (state) seen.push(state);
      }
      return seen;
    },
  };
}

const stateOf = (installation: number, expiry: number, site?: string, createdAt = 0): SlotState => ({
  id: `slot/${installation}`,
  token: { installation: `installation-${installation}`, expiresAtSeconds: expiry * 60 },
  ...(site !== undefined && { sites: [site], createdAtMs: createdAt * 60_000 }),
});

/** The installation whose token a slot holds. */
export const installationOf = ({ token }: SlotState): number =>
  Number(token?.installation.replace('installation-', ''));
