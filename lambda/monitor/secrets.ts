import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  paginateListSecrets,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { SecretLocation } from '../contract/slot';
import { secretMetadata } from '../contract/slot-metadata';
import { asError } from '../values';
import {
  CLIENT_SETTINGS,
  type DeletionLog,
  type MonitoredSlots,
  type SlotState,
  slotState,
  type TokenLife,
} from './handler';

/**
 * The slots in Secrets Manager.
 *
 * @param deleteAfterDays days after which the slot of an expired token is deleted. Absent: none is deleted
 */
export function monitorSecrets(
  location: SecretLocation,
  deleteAfterDays: number | undefined,
  log: DeletionLog,
): MonitoredSlots {
  const client = new SecretsManagerClient(CLIENT_SETTINGS);
  const list = (signal: AbortSignal) => listSecretSlots(client, location, signal);
  if (!('prefix' in location) || deleteAfterDays === undefined) return { list };
  const options = { prefix: location.prefix, afterDays: deleteAfterDays, log, now: Date.now };
  return { list, deleteExpired: (slots, signal) => deleteExpired(client, slots, options, signal) };
}

/**
 * Lists all slots by their metadata. It reads no token, and has no right to.
 *
 * @param signal when to give up
 * @throws {Error} when it can't list all: an incomplete list would look like good news
 */
export async function listSecretSlots(
  client: SecretsManagerClient,
  location: SecretLocation,
  signal: AbortSignal,
): Promise<readonly SlotState[]> {
  if ('secretArn' in location) return [await describeSlot(client, location.secretArn, signal)];
  const start = `${location.prefix}/`;
  const slots: SlotState[] = [];
  const filters = { Filters: [{ Key: 'name' as const, Values: [start] }] };
  const pages = paginateListSecrets({ client, pageSize: PAGE_SIZE }, filters, { abortSignal: signal });
  // ListSecrets leaves out secrets that are scheduled for deletion.
  for await (const { SecretList = [] } of pages) {
    for (const secret of SecretList) {
      // Secrets Manager treats a filter's value as a search term, so the prefix is checked again.
      if (secret.Name?.startsWith(start)) slots.push(slotState(secretMetadata(secret.Name, secret)));
    }
  }
  return slots;
}

/** The maximum of ListSecrets (AWS's API reference). */
const PAGE_SIZE = 100;

/** @throws {Error} of the SDK, or when the secret is scheduled for deletion, so that nobody can use it */
async function describeSlot(client: SecretsManagerClient, secretId: string, signal: AbortSignal): Promise<SlotState> {
  const command = new DescribeSecretCommand({ SecretId: secretId });
  const described = await client.send(command, { abortSignal: signal });
  const { DeletedDate } = described;
  if (DeletedDate !== undefined) {
    throw new Error(
      `The secret ${secretId} is scheduled for deletion since ${DeletedDate.toISOString()}, and can be neither written ` +
        `nor read. To have it back: aws secretsmanager restore-secret --secret-id ${secretId}`,
    );
  }
  return slotState(secretMetadata(secretId, described));
}

export interface DeletionOptions {
  /** What the names of the slots begin with, without the slash that follows. */
  readonly prefix: string;
  /** How long a token must have been expired, in days. */
  readonly afterDays: number;
  readonly log: DeletionLog;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
}

const DAY_SECONDS = 24 * 60 * 60;

/** Most slots that one run deletes. The next run continues. */
const MOST_AT_ONCE = 50;

/**
 * Deletes slots whose token expired longer ago than `afterDays`, one after the other, the longest expired first. A slot
 * that can't be deleted is logged, and tried again in the next run. Never throws.
 */
export async function deleteExpired(
  client: SecretsManagerClient,
  slots: readonly SlotState[],
  options: DeletionOptions,
  signal: AbortSignal,
): Promise<void> {
  const expired = slots.flatMap((slot) => longExpired(slot, options)).sort((a, b) => a.secondsLeft - b.secondsLeft);
  for (const slot of expired.slice(0, MOST_AT_ONCE)) {
    if (signal.aborted) return;
    try {
      await deleteOne(client, slot, options, signal);
    } catch (thrown) {
      const error = asError(thrown);
      // Already deleted: the list still shows it for a while.
      if (error.name !== 'ResourceNotFoundException') options.log.failed(slot, error);
    }
  }
}

async function deleteOne(
  client: SecretsManagerClient,
  { installation }: TokenLife,
  options: DeletionOptions,
  signal: AbortSignal,
): Promise<void> {
  const secretId = `${options.prefix}/${installation}`;
  // Checked again: the list may be minutes old (AWS's API reference), and an installation that is back must keep its token.
  const [expired] = longExpired(await describeSlot(client, secretId, signal), options);
  if (!expired) return;
  options.log.announce(expired);
  // At once, as at an uninstall: an installation that comes back can't reuse a name that is scheduled for deletion.
  const command = new DeleteSecretCommand({ SecretId: secretId, ForceDeleteWithoutRecovery: true });
  await client.send(command, { abortSignal: signal });
}

/** The slot, if it expired long ago and the receiver named and filled it: no other is ever deleted. */
function longExpired({ id, token }: SlotState, { prefix, afterDays, now }: DeletionOptions): TokenLife[] {
  if (!token || id !== `${prefix}/${token.installation}`) return [];
  const secondsLeft = token.expiresAtSeconds - Math.floor(now() / 1000);
  return secondsLeft < -afterDays * DAY_SECONDS ? [{ installation: token.installation, secondsLeft }] : [];
}
