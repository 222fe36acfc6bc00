import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SLOT_ATTRIBUTES, SLOT_INDEX } from '../../lambda/contract/slot';
import type { ItemTable } from '../../tools/emulator/aws/item-table';
import { type EmulatedAws, startAws } from '../../tools/emulator/aws/server';

/**
 * The real SDK's client for an emulated AWS.
 *
 * @param requestTimeout in milliseconds; a busy machine has its time
 */
export const tableClientFor = (aws: EmulatedAws, requestTimeout = 5_000) =>
  new DynamoDBClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 5_000, requestTimeout, throwOnRequestTimeout: true },
  });

/** A table for slots, as CDK makes one. */
export const addTable = (aws: EmulatedAws, name: string): ItemTable =>
  aws.tables.createTable(name, {
    keyName: SLOT_ATTRIBUTES.installation,
    indexes: { [SLOT_INDEX.name]: SLOT_INDEX.attributes },
    timeToLive: SLOT_ATTRIBUTES.deleteAt,
  });

/** An emulated AWS with a client for its tables. */
export async function startTables(nowMs: () => number) {
  const aws = await startAws({ clock: nowMs });
  const client = tableClientFor(aws);
  return {
    aws,
    client,
    async stop() {
      client.destroy();
      await aws.stop();
    },
  };
}
