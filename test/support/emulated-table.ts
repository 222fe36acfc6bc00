import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SLOT_ATTRIBUTES, SLOT_INDEX } from '../../lambda/contract/slot';
import type { ItemTable } from '../../tools/emulator/aws/item-table';
import { type EmulatedAws, startAws } from '../../tools/emulator/aws/server';

/** The real SDK's client for an emulated AWS. */
export const tableClientFor = (aws: EmulatedAws) =>
  new DynamoDBClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    maxAttempts: 3,
    // A busy machine has its time: no test waits for it.
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
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
