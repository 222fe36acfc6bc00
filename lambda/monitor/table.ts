import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { SLOT_SCAN, type TableLocation } from '../contract/slot';
import { itemMetadata } from '../contract/slot-metadata';
import { CLIENT_SETTINGS, type MonitoredSlots, type SlotState, slotState } from './handler';

/** The slots in a table. The table itself deletes items that expired long ago. */
export function monitorTable(location: TableLocation): MonitoredSlots {
  const client = new DynamoDBClient(CLIENT_SETTINGS);
  return { list: (signal) => listTableSlots(client, location, signal) };
}

/** Items of one page. DynamoDB's own megabyte would take several in memory. */
const PAGE_ITEMS = 2_000;

/**
 * Lists all slots by the table's index, which has no token in it; the monitor has no right to the table itself. The index
 * is eventually consistent, about a second behind (DynamoDB's documentation): less than the list of secrets may be.
 *
 * @param signal when to give up
 * @throws {Error} of the SDK, when it can't list all: an incomplete list would look like good news
 */
export async function listTableSlots(
  client: DynamoDBClient,
  location: TableLocation,
  signal: AbortSignal,
): Promise<readonly SlotState[]> {
  const slots: SlotState[] = [];
  const scan = { TableName: location.table, ...SLOT_SCAN, Limit: PAGE_ITEMS };
  for await (const { Items = [] } of paginateScan({ client }, scan, { abortSignal: signal })) {
    slots.push(...Items.map((item) => slotState(itemMetadata(location.table, item))));
  }
  return slots;
}
