// First: nothing below runs before a call is proven.
import './wait-for-proof';
import type { ReceiverSettings } from '../contract/receiver-settings';
import { DEFAULT_KEEP_DAYS } from '../contract/slot-item';
import type { TableLocation } from '../contract/slot-location';
import { createTableSlots } from '../slots/table-slots';
import { createDynamoDBClient } from '../slots/table-store';
import { createEnqueue, createSqsClient } from './enqueue';
import type { Effects } from './handler';

/** The same as `createEffects`, for slots in DynamoDB: the SDK's client of the other store is not loaded. */
export function createTableEffects({ table }: TableLocation, settings: ReceiverSettings): Effects {
  const { keepDays = DEFAULT_KEEP_DAYS, queueUrl } = settings;
  return {
    slots: createTableSlots(createDynamoDBClient(), { table, keepDays }),
    ...(queueUrl !== undefined && { enqueue: createEnqueue(createSqsClient(), queueUrl) }),
  };
}
