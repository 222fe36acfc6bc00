import { DeleteSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { asError } from '../thrown';
import type { TokenLife } from './census';
import type { SlotState } from './slot-state';
import { describeSlot } from './sweep';

/** What is told of each slot that goes. */
export interface ReaperLog {
  /** Before the slot is deleted. */
  announce(slot: TokenLife): void;
  failed(slot: TokenLife, error: Error): void;
}

export interface Reaper {
  readonly client: SecretsManagerClient;
  /** What the names of the slots begin with, without the slash that follows. */
  readonly prefix: string;
  /** How long a token must have been expired, in days. */
  readonly afterDays: number;
  readonly log: ReaperLog;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
}

const DAY_SECONDS = 24 * 60 * 60;

/** Slots that one sweep deletes at the most; the next one goes on. */
const MOST_AT_ONCE = 50;

/**
 * Deletes slots whose token expired longer ago than `afterDays`, one after the other, the longest expired first. A slot
 * that can't be deleted is told, and tried again after the next sweep. Never throws.
 */
export async function reap(slots: readonly SlotState[], reaper: Reaper, signal: AbortSignal): Promise<void> {
  const dead = slots.flatMap((slot) => deadOf(slot, reaper)).sort((a, b) => a.secondsLeft - b.secondsLeft);
  for (const slot of dead.slice(0, MOST_AT_ONCE)) {
    if (signal.aborted) return;
    try {
      await reapOne(slot, reaper, signal);
    } catch (thrown) {
      const error = asError(thrown);
      // Deleted by now: the list still shows it for a while.
      if (error.name !== 'ResourceNotFoundException') reaper.log.failed(slot, error);
    }
  }
}

async function reapOne({ installation }: TokenLife, reaper: Reaper, signal: AbortSignal): Promise<void> {
  const secretId = `${reaper.prefix}/${installation}`;
  // A list of secrets may be minutes old (AWS's API reference): an installation that is back would lose its token.
  const [dead] = deadOf(await describeSlot(reaper.client, secretId, signal), reaper);
  if (!dead) return;
  reaper.log.announce(dead);
  // At once, as at an uninstall. A name that is scheduled for deletion couldn't be made anew by an installation that
  // comes back after all.
  const command = new DeleteSecretCommand({ SecretId: secretId, ForceDeleteWithoutRecovery: true });
  await reaper.client.send(command, { abortSignal: signal });
}

/** The slot, if it is dead: nothing but what the receiver named and filled is ever deleted. */
function deadOf({ id, token }: SlotState, { prefix, afterDays, now }: Reaper): TokenLife[] {
  if (!token || id !== `${prefix}/${token.installation}`) return [];
  const secondsLeft = token.expiresAtSeconds - Math.floor(now() / 1000);
  return secondsLeft < -afterDays * DAY_SECONDS ? [{ installation: token.installation, secondsLeft }] : [];
}
