import { createSlotWriter } from '../../../lambda/slots/slot-writer';
import { createTableReader } from '../../../lambda/slots/table-reader';
import { createTableStore } from '../../../lambda/slots/table-slots';
import { createTokenSource } from '../../../lambda/slots/token-source';
import { addTable, startTables, tableClientFor } from '../../support/emulated-table';
import { NOW_MS } from '../../support/forge-call';
import { ELSEWHERE, type EmulatedSlots, HOME } from './emulated-slots';
import { tokenSourceContract } from './token-source-contract';

let tableNumber = 0;

async function startItems(nowMs: () => number): Promise<EmulatedSlots> {
  const { aws, client, stop } = await startTables(nowMs);
  const impatient = tableClientFor(aws, 50);
  const readerOf = (table: string) => ({ id: `${table}/${HOME}`, reader: createTableReader(client, { table }) });
  return {
    aws,
    readCall: 'dynamodb.GetItem',
    cutOff: (token) => `{"Item":{"value":{"S":"{\\"token\\":\\"${token}`,
    newSlot() {
      const name = `slots-${tableNumber++}`;
      const table = addTable(aws, name);
      const options = { item: { installation: HOME }, keepDays: 30, now: nowMs };
      return {
        ...readerOf(name),
        impatientReader: createTableReader(impatient, { table: name }),
        newWriter: () => createSlotWriter(createTableStore(client, name, options), { now: nowMs }),
        write: (value, versionId) =>
          table.put({
            installation: { S: HOME },
            value: { S: value },
            ...(versionId !== undefined && { versionId: { S: versionId } }),
          }),
      };
    },
    missingSlot() {
      const name = `slots-${tableNumber++}`;
      addTable(aws, name);
      return readerOf(name);
    },
    stop() {
      impatient.destroy();
      return stop();
    },
  };
}

describe('wherever a slot is kept', () => tokenSourceContract(startItems));

describe('in DynamoDB', () => {
  let tables: Awaited<ReturnType<typeof startTables>>;
  beforeAll(async () => {
    tables = await startTables(() => NOW_MS);
  });
  afterAll(() => tables.stop());
  const sourceOf = (table: string) =>
    createTokenSource(createTableReader(tables.client, { table }), { now: () => NOW_MS });

  test('a table that is gone is no empty slot: somebody has to mend it', async () => {
    await expect(sourceOf('gone').get(HOME)).rejects.toMatchObject({
      code: 'SlotUnreadable',
      message: expect.stringMatching(/^DynamoDB did not give .*gone\/.*ResourceNotFoundException.*dynamodb:GetItem/),
    });
  });

  test('a value that is no text is an error', async () => {
    addTable(tables.aws, 'items').put({ installation: { S: HOME }, value: { N: '1' } });
    await expect(sourceOf('items').get(HOME)).rejects.toMatchObject({ code: 'SlotMalformed' });
  });

  test('each installation has a token of its own, and none of another', async () => {
    addTable(tables.aws, 'one').put({ installation: { S: HOME } });
    await expect(sourceOf('one').get(ELSEWHERE)).rejects.toMatchObject({ code: 'SlotEmpty', slot: `one/${ELSEWHERE}` });
  });

  test('the token that was written a moment ago is asked for, and nothing but it and its version', async () => {
    addTable(tables.aws, 'consistent');
    const inputs: unknown[] = [];
    tables.client.middlewareStack.add((next) => (args) => {
      inputs.push(args.input);
      return next(args);
    });
    await expect(sourceOf('consistent').get(HOME)).rejects.toMatchObject({ code: 'SlotEmpty' });
    expect(inputs).toEqual([
      {
        TableName: 'consistent',
        Key: { installation: { S: HOME } },
        ConsistentRead: true,
        ProjectionExpression: '#value, versionId',
        ExpressionAttributeNames: { '#value': 'value' },
      },
    ]);
  });
});
