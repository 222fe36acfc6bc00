import { DescribeSecretCommand, paginateListSecrets, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretLocation } from '../contract/slot-location';
import { type SlotState, slotState } from './slot-state';

/**
 * Looks at every slot once, by its metadata: no token is read, and none could be.
 *
 * @param signal when to give up
 * @throws {Error} when not all of them could be seen. Half a picture would look like good news.
 */
export function sweep(
  client: SecretsManagerClient,
  location: SecretLocation,
  signal: AbortSignal,
): Promise<readonly SlotState[]> {
  return 'secretArn' in location
    ? describeSlot(client, location.secretArn, signal).then((slot) => [slot])
    : listSlots(client, `${location.prefix}/`, signal);
}

/** @throws {Error} of the SDK, or when the secret is scheduled for deletion, in which state nobody can use it */
export async function describeSlot(
  client: SecretsManagerClient,
  secretId: string,
  signal: AbortSignal,
): Promise<SlotState> {
  const command = new DescribeSecretCommand({ SecretId: secretId });
  const { DeletedDate, VersionIdsToStages, Tags, CreatedDate } = await client.send(command, { abortSignal: signal });
  if (DeletedDate !== undefined) {
    throw new Error(
      `The secret ${secretId} is scheduled for deletion since ${DeletedDate.toISOString()}, and can be neither written ` +
        `nor read. To have it back: aws secretsmanager restore-secret --secret-id ${secretId}`,
    );
  }
  return slotState(secretId, { versions: VersionIdsToStages, tags: Tags, createdAt: CreatedDate });
}

/** Those that are scheduled for deletion are not among them: ListSecrets leaves them out. */
async function listSlots(client: SecretsManagerClient, start: string, signal: AbortSignal): Promise<SlotState[]> {
  const slots: SlotState[] = [];
  const filters = { Filters: [{ Key: 'name' as const, Values: [start] }] };
  const pages = paginateListSecrets({ client, pageSize: PAGE_SIZE }, filters, { abortSignal: signal });
  for await (const { SecretList = [] } of pages) {
    for (const { Name, SecretVersionsToStages: versions, Tags: tags, CreatedDate: createdAt } of SecretList) {
      // Secrets Manager takes a filter's value as a search term; a slot is only what really begins like one.
      if (Name?.startsWith(start)) slots.push(slotState(Name, { versions, tags, createdAt }));
    }
  }
  return slots;
}

/** The most that ListSecrets allows (AWS's API reference). */
const PAGE_SIZE = 100;
