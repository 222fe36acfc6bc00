import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableLocation } from '../contract/slot-location';
import type { Slots } from './slots';
import { createTableStore } from './table-store';
import { createWriters } from './writers';

export interface TableSlotsOptions extends TableLocation {
  /** How long an item stays after its token has expired, in days. */
  readonly keepDays: number;
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** The slots in a table: an item for each installation. */
export function createTableSlots(client: DynamoDBClient, options: TableSlotsOptions): Slots {
  const { table, keepDays, now = Date.now } = options;
  const writers = createWriters(now);

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
