import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableLocation } from '../contract/slot-location';
import { CLIENT_SETTINGS } from './client-settings';
import { sweepTable } from './sweep-table';
import type { Watch } from './watch';

/** Watches slots in a table, which deletes what is long dead by itself. */
export function watchTable(location: TableLocation): Watch {
  const client = new DynamoDBClient(CLIENT_SETTINGS);
  return { sweep: (signal) => sweepTable(client, location, signal) };
}
