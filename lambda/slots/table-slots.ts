import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { ForgeEnvironment } from '../contract/routes';
import {
  CURRENT_LABEL,
  parseVersionId,
  SLOT_ATTRIBUTES,
  type SlotValue,
  type TableLocation,
  WRITER_ATTRIBUTES,
} from '../contract/slot';
import { asError } from '../values';
import {
  CLIENT_SETTINGS,
  createWriters,
  type SlotStore,
  type Slots,
  type StoredVersion,
  siteTag,
  type Timing,
  timingOf,
  unavailable,
} from './slot-writer';

/** The installation that an item belongs to. */
interface SlotItem {
  /** The installation's uuid. */
  readonly installation: string;
  readonly environment?: ForgeEnvironment;
  readonly environmentId?: string;
}

interface TableStoreOptions {
  readonly item: SlotItem;
  /** Days that the item stays after its token has expired. */
  readonly keepDays: number;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
}

const DAY_SECONDS = 24 * 60 * 60;

/** A client for the receiver. */
export const createDynamoDBClient = (): DynamoDBClient => new DynamoDBClient(CLIENT_SETTINGS);

/**
 * The slot of one installation in `table`. Failures of DynamoDB are a `Refusal` with reason `slot-unavailable`.
 *
 * A write is one PutItem, on the condition that the item is still what was seen. A condition "older than this" would need no
 * read before, but a failed condition is billed as a write, which costs five reads, and every second delivery brings the
 * token that is there already. The new item also keeps when the slot was created and which token it had before.
 */
export function createTableStore(client: DynamoDBClient, table: string, options: TableStoreOptions): SlotStore {
  const { item, keepDays, now } = options;
  const slot = { TableName: table, Key: { [SLOT_ATTRIBUTES.installation]: { S: item.installation } } };

  /** False when the item has changed since it was seen. */
  async function put(id: string, value: SlotValue, seen: StoredVersion | undefined, signal: AbortSignal) {
    const nowSeconds = Math.floor(now() / 1000);
    const sites = siteTag({ ...item, contexts: value.contexts });
    const expiresAtSeconds = Math.floor(Date.parse(value.expiresAt) / 1000);
    const command = new PutItemCommand({
      TableName: table,
      Item: {
        ...slot.Key,
        [SLOT_ATTRIBUTES.versionId]: { S: id },
        ...(seen && { [SLOT_ATTRIBUTES.previousId]: { S: seen.id } }),
        [SLOT_ATTRIBUTES.value]: { S: JSON.stringify(value) },
        ...(sites !== '' && { [SLOT_ATTRIBUTES.sites]: { S: sites } }),
        ...(item.environment && { [SLOT_ATTRIBUTES.environment]: { S: item.environment } }),
        [SLOT_ATTRIBUTES.createdAt]: { N: String(seen?.createdAt ?? nowSeconds) },
        [SLOT_ATTRIBUTES.writtenAt]: { N: String(nowSeconds) },
        [SLOT_ATTRIBUTES.deleteAt]: { N: String(expiresAtSeconds + keepDays * DAY_SECONDS) },
      },
      // The second condition also allows to replace an item that was written by hand.
      ...(seen
        ? {
            ConditionExpression: `${SLOT_ATTRIBUTES.versionId} = :seen`,
            ExpressionAttributeValues: { ':seen': { S: seen.id } },
          }
        : { ConditionExpression: `attribute_not_exists(${SLOT_ATTRIBUTES.versionId})` }),
    });
    try {
      await client.send(command, { abortSignal: signal });
      return true;
    } catch (error) {
      if (asError(error).name === 'ConditionalCheckFailedException') return false;
      return unavailable(error);
    }
  }

  return {
    async describe(signal) {
      const command = new GetItemCommand({
        ...slot,
        ConsistentRead: true,
        ProjectionExpression: WRITER_ATTRIBUTES.join(', '),
      });
      try {
        const { Item } = await client.send(command, { abortSignal: signal });
        return Item && versionsOf(Item);
      } catch (error) {
        return unavailable(error);
      }
    },

    create: (id, value, signal) => put(id, value, undefined, signal),

    replace: put,

    async remove(signal) {
      try {
        await client.send(new DeleteItemCommand(slot), { abortSignal: signal });
      } catch (error) {
        unavailable(error);
      }
    },
  };
}

function versionsOf(item: Readonly<Record<string, AttributeValue>>): StoredVersion[] {
  const id = item[SLOT_ATTRIBUTES.versionId]?.S;
  const before = item[SLOT_ATTRIBUTES.previousId]?.S;
  const createdAt = Number(item[SLOT_ATTRIBUTES.createdAt]?.N);
  const current = {
    current: true,
    labels: [CURRENT_LABEL],
    ...(Number.isFinite(createdAt) && { createdAt }),
  };
  return [
    ...(id === undefined ? [] : [{ id, parsed: parseVersionId(id), ...current }]),
    ...(before === undefined ? [] : [{ id: before, parsed: parseVersionId(before), current: false, labels: [] }]),
  ];
}

interface TableSlotsOptions extends TableLocation {
  /** Days that an item stays after its token has expired. */
  readonly keepDays: number;
  /** @default - real time */
  readonly timing?: Partial<Timing>;
}

/** The slots in a table: an item for each installation. */
export function createTableSlots(client: DynamoDBClient, options: TableSlotsOptions): Slots {
  const { table, keepDays, timing } = options;
  const { now } = timingOf(timing);
  const writers = createWriters(timing);

  return {
    write(delivery, signal) {
      const { installation, environment, environmentId } = delivery;
      const item = {
        installation,
        environment,
        ...(environmentId !== undefined && { environmentId }),
      };
      const writer = writers.of(installation, () => createTableStore(client, table, { item, keepDays, now }));
      return writer(delivery, signal);
    },

    async remove(installation, signal) {
      writers.forget(installation);
      await createTableStore(client, table, { item: { installation }, keepDays, now }).remove(signal);
      return 'removed';
    },
  };
}
