// First: nothing below runs before the gate is open.
import './sdk-gate';
import { SQSClient } from '@aws-sdk/client-sqs';
import { notBundled, parseNewSecrets, type ReceiverSettings } from '../contract/settings';
import { DEFAULT_KEEP_DAYS } from '../contract/slot';
import { createSecretSlots, createSecretsManagerClient } from '../slots/secret-slots';
import { CLIENT_SETTINGS, type Slots } from '../slots/slot-writer';
import { createDynamoDBClient, createTableSlots } from '../slots/table-slots';
import { createEnqueue, type Enqueue } from './enqueue';

/** What a proven call works with. They run the AWS SDK. */
export interface Services {
  readonly slots: Slots;
  /** Absent where there is no worker. */
  readonly enqueue?: Enqueue;
}

export const createServices = (settings: ReceiverSettings): Services => ({
  slots: openSlots(settings),
  ...(settings.queueUrl !== undefined && { enqueue: createEnqueue(new SQSClient(CLIENT_SETTINGS), settings.queueUrl) }),
});

/** Bundling replaces BUNDLED_FOR with its value, and drops the client of the other service. */
function openSlots({ slots, app, stage, newSecrets, keepDays = DEFAULT_KEEP_DAYS }: ReceiverSettings): Slots {
  if (process.env.BUNDLED_FOR !== 'secretsmanager' && 'table' in slots) {
    return createTableSlots(createDynamoDBClient(), { table: slots.table, keepDays });
  }
  if (process.env.BUNDLED_FOR !== 'dynamodb' && !('table' in slots)) {
    return createSecretSlots(createSecretsManagerClient(), {
      location: slots,
      app,
      stage,
      ...(newSecrets && { newSecrets: parseNewSecrets(newSecrets) }),
    });
  }
  throw notBundled();
}
