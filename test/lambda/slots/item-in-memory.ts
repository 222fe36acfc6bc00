import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SLOT_ATTRIBUTES, SLOT_INDEX, type SlotValue } from '../../../lambda/contract/slot';
import { createSlotWriter } from '../../../lambda/slots/slot-writer';
import { createTableStore } from '../../../lambda/slots/table-slots';
import { LOCAL_ACCOUNT } from '../../../tools/emulator/aws/account';
import { AwsError } from '../../../tools/emulator/aws/aws-error';
import { DynamoDB } from '../../../tools/emulator/aws/dynamodb';
import { HOME } from './deliveries';
import type { SlotInMemory } from './slot-in-memory';

const TABLE = 'slots';

/** A slot in this process that is an item of a table, under DynamoDB's rules: the store is the real one, without a socket. */
export function createItemInMemory(nowMs: () => number): SlotInMemory {
  const dynamo = new DynamoDB(LOCAL_ACCOUNT, nowMs);
  const { installation, deleteAt, value, versionId } = SLOT_ATTRIBUTES;
  const indexes = { [SLOT_INDEX.name]: SLOT_INDEX.attributes };
  const table = dynamo.createTable(TABLE, { keyName: installation, indexes, timeToLive: deleteAt });
  const written: string[] = [];
  const operations: Readonly<Record<string, (input: never) => unknown>> = {
    GetItem: (input) => dynamo.get(input),
    PutItem: (input: Parameters<DynamoDB['put']>[0]) => {
      const answer = dynamo.put(input);
      written.push(input.Item?.[versionId]?.S ?? '');
      return answer;
    },
  };

  const client = {
    async send(command: { constructor: { name: string }; input: never }) {
      const call = command.constructor.name.replace('Command', '');
      slot.calls.push(call);
      await slot.before(call);
      try {
        return operations[call]?.(command.input);
      } catch (error) {
        throw error instanceof AwsError ? Object.assign(new Error(error.message), { name: error.code }) : error;
      }
    },
  } as unknown as DynamoDBClient;
  const options = { item: { installation: HOME }, keepDays: 30, now: nowMs };

  const slot: SlotInMemory = {
    calls: [],
    before: async () => undefined,
    look: ['GetItem'],
    fill: ['PutItem'],
    replace: ['PutItem'],
    newWriter: () =>
      createSlotWriter(createTableStore(client, TABLE, options), { now: nowMs, sleep: async () => undefined }),
    read: (): SlotValue => JSON.parse(table.get(HOME)?.[value]?.S ?? '{}'),
    versionIds: () => written,
    writeByHand: (text) => table.put({ [installation]: { S: HOME }, [value]: { S: text } }),
  };
  return slot;
}
