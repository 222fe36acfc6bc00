import { DeleteItemCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { TableSettings } from '../../aws/item-table';
import { type EmulatedAws, startAws } from '../../aws/server';
import { checkTableRule, DYNAMODB_RULES } from './dynamodb-contract';

const SETTINGS: TableSettings = { keyName: 'id', indexes: { short: ['version'] }, timeToLive: 'deleteAt' };

let nowMs: number;
let aws: EmulatedAws;
let client: DynamoDBClient;
beforeEach(async () => {
  nowMs = Date.UTC(2026, 7, 1);
  aws = await startAws({ clock: () => nowMs });
  client = new DynamoDBClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

describe('through the AWS SDK', () => {
  test.each([...DYNAMODB_RULES])('%s', (_rule, check) => checkTableRule(aws.url, check));
});

describe('what is not emulated is an error that says what is', () => {
  const Item = { id: { S: 'a' } };
  const TableName = 'items';

  test.each([
    [
      'to be shown the item that was in the way',
      new PutItemCommand({ TableName, Item, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      'not emulated: ReturnValuesOnConditionCheckFailure of dynamodb.PutItem. Emulated here: TableName, Item,',
    ],
    [
      'another condition',
      new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_exists(id)' }),
      'not emulated: The condition attribute_exists(id). Emulated here: attribute_not_exists(name), name = :value.',
    ],
    [
      'a deletion under a condition',
      new DeleteItemCommand({ TableName, Key: Item, ConditionExpression: 'attribute_exists(id)' }),
      'not emulated: ConditionExpression of dynamodb.DeleteItem',
    ],
    [
      'a filter',
      new ScanCommand({ TableName, FilterExpression: 'id = :a' }),
      'not emulated: FilterExpression of dynamodb.Scan',
    ],
    [
      'an attribute of another type',
      new PutItemCommand({ TableName, Item: { ...Item, flag: { BOOL: true } } }),
      'Attribute flag has the type BOOL; emulated are S and N.',
    ],
  ])('%s', async (_what, command, message) => {
    aws.tables.createTable(TableName, SETTINGS);
    await expect(client.send(command as PutItemCommand)).rejects.toMatchObject({
      name: 'NotEmulated',
      message: expect.stringContaining(message),
    });
  });
});

test('an item is there until its time to live is over', () => {
  const table = aws.tables.createTable('items', SETTINGS);
  table.put({ id: { S: 'a' }, deleteAt: { N: String(nowMs / 1000 + 60) } });
  table.put({ id: { S: 'b' } });
  nowMs += 59_999;
  expect(table.get('a')).toBeDefined();
  nowMs += 1;
  expect(table.get('a')).toBeUndefined();
  expect(table.all()).toEqual([{ id: { S: 'b' } }]);
});

test('a page has at most 1 MB', async () => {
  const table = aws.tables.createTable('items', SETTINGS);
  for (let n = 0; n < 5; n += 1) table.put({ id: { S: `${n}` }, version: { S: 'x'.repeat(300_000) } });
  const scan = (more = {}) => client.send(new ScanCommand({ TableName: 'items', IndexName: 'short', ...more }));
  const { Items, LastEvaluatedKey } = await scan();
  expect(Items).toHaveLength(4);
  expect((await scan({ ExclusiveStartKey: LastEvaluatedKey })).Items).toHaveLength(1);
});

test('a call can be made to fail like one of any other service', async () => {
  aws.tables.createTable('items', SETTINGS);
  aws.intercept((call) =>
    call === 'dynamodb.PutItem' ? { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' } : undefined,
  );
  const put = new PutItemCommand({ TableName: 'items', Item: { id: { S: 'a' } } });
  await expect(client.send(put)).rejects.toMatchObject({ name: 'ThrottlingException' });
});
