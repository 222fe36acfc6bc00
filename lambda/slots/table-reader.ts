import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SLOT_ATTRIBUTES, slotIdOf, type TableLocation } from '../contract/slot';
import { parseContent, type SlotContent, type SlotReader, withoutValue } from './slot-content';
import type { ClientOptions } from './slot-writer';
import { SlotEmpty, SlotMalformed, SlotUnreadable } from './token-errors';

export const openTableReader = (location: TableLocation, options: ClientOptions): SlotReader =>
  createTableReader(new DynamoDBClient(options), location);

/** A reader of slots that are items of a table: GetItem and nothing else. */
export function createTableReader(client: DynamoDBClient, location: TableLocation): SlotReader {
  const idOf = (installation: string) => slotIdOf(location, installation);
  return { idOf, read: (installation) => readItem(client, location.table, installation, idOf(installation)) };
}

async function readItem(client: DynamoDBClient, table: string, uuid: string, slot: string): Promise<SlotContent> {
  const { installation, value, versionId } = SLOT_ATTRIBUTES;
  const command = new GetItemCommand({
    TableName: table,
    Key: { [installation]: { S: uuid } },
    // The newest token may be the only valid one.
    ConsistentRead: true,
    ProjectionExpression: `#value, ${versionId}`,
    // "value" is a reserved word in DynamoDB's expressions.
    ExpressionAttributeNames: { '#value': value },
  });
  const { Item } = await client.send(command).catch((thrown) => {
    throw new SlotUnreadable(slot, withoutValue(thrown), { service: 'DynamoDB', right: 'dynamodb:GetItem' });
  });
  if (!Item) throw new SlotEmpty(slot, 'no value');
  const json = Item[value]?.S;
  if (json === undefined) throw new SlotMalformed(slot, 'its value is not a text');
  return parseContent(slot, json, Item[versionId]?.S ?? '');
}
