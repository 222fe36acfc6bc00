import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { refused } from './contract-case';
import { TableUnderTest } from './table-under-test';

/** A rule, and how to see whether it holds for a table that was just made. */
type TableCase = readonly [rule: string, check: (table: TableUnderTest) => Promise<void>];

const text = (S: string) => ({ S });
const item = (id: string, version: string, more: Record<string, { S: string } | { N: string }> = {}) => ({
  id: text(id),
  version: text(version),
  ...more,
});

/** The documented rules of DynamoDB that this project builds on. */
export const DYNAMODB_RULES: readonly TableCase[] = [
  [
    'a table says what its key is, what its index has, and that it is paid by use',
    async (table) => {
      const { Table } = await table.describe();
      expect(Table).toMatchObject({
        TableStatus: 'ACTIVE',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
        GlobalSecondaryIndexes: [
          { IndexName: 'short', Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['version'] } },
        ],
      });
      expect(Table?.TableArn).toMatch(new RegExp(`^arn:aws:dynamodb:[^:]+:\\d{12}:table/${table.name}$`));
    },
  ],
  [
    'an unknown table is ResourceNotFoundException',
    async (table) => {
      const unknown = { TableName: `${table.name}-not` };
      await refused(table.get('a', unknown), 'ResourceNotFoundException');
      await refused(table.put(item('a', '1'), unknown), 'ResourceNotFoundException');
      await refused(table.scan(unknown), 'ResourceNotFoundException');
    },
  ],
  [
    'an item is found by its key; where there is none, the answer has none',
    async (table) => {
      await table.put(item('a', '1', { count: { N: '7' } }));
      expect((await table.get('a', { ConsistentRead: true })).Item).toEqual(item('a', '1', { count: { N: '7' } }));
      expect((await table.get('b')).Item).toBeUndefined();
    },
  ],
  [
    'a put takes the place of the whole item',
    async (table) => {
      await table.put(item('a', '1', { secret: text('x') }));
      await table.put(item('a', '2'));
      expect((await table.get('a')).Item).toEqual(item('a', '2'));
    },
  ],
  [
    'a get answers with the attributes that it names, and no others',
    async (table) => {
      await table.put(item('a', '1', { secret: text('x'), value: text('y') }));
      const named = await table.get('a', { ProjectionExpression: 'id, version, elsewhere' });
      expect(named.Item).toEqual(item('a', '1'));
      const byPlaceholder = { ProjectionExpression: '#v', ExpressionAttributeNames: { '#v': 'value' } };
      expect((await table.get('a', byPlaceholder)).Item).toEqual({ value: text('y') });
    },
  ],
  [
    'a reserved word needs a placeholder',
    async (table) => {
      await table.put(item('a', '1'));
      await refused(table.get('a', { ProjectionExpression: 'value' }), 'ValidationException');
      await refused(table.putIf(item('a', '2'), 'attribute_not_exists(value)'), 'ValidationException');
    },
  ],
  [
    'a placeholder that nothing uses is refused, and one that stands for nothing',
    async (table) => {
      const unused = { ProjectionExpression: 'id', ExpressionAttributeNames: { '#v': 'value' } };
      await refused(table.get('a', unused), 'ValidationException');
      await refused(table.putIf(item('a', '1'), 'version = :seen'), 'ValidationException');
      const other = { ':seen': text('1'), ':other': text('2') };
      await refused(table.putIf(item('a', '1'), 'version = :seen', other), 'ValidationException');
    },
  ],
  [
    'a put under attribute_not_exists fails where the attribute is, and changes nothing',
    async (table) => {
      await expect(table.putIf(item('a', '1'), 'attribute_not_exists(version)')).resolves.toBe(true);
      await expect(table.putIf(item('a', '2'), 'attribute_not_exists(version)')).resolves.toBe(false);
      expect((await table.get('a')).Item).toEqual(item('a', '1'));
    },
  ],
  [
    'a put under attribute_not_exists succeeds where the item has no such attribute',
    async (table) => {
      await table.put({ id: text('a'), other: text('by hand') });
      await expect(table.putIf(item('a', '1'), 'attribute_not_exists(version)')).resolves.toBe(true);
    },
  ],
  [
    'a put under an equation holds for the value that is there, and for no other or none',
    async (table) => {
      await expect(table.putIf(item('a', '1'), 'version = :seen', { ':seen': text('0') })).resolves.toBe(false);
      await table.put(item('a', '1'));
      await expect(table.putIf(item('a', '2'), 'version = :seen', { ':seen': text('0') })).resolves.toBe(false);
      await expect(table.putIf(item('a', '2'), 'version = :seen', { ':seen': { N: '1' } })).resolves.toBe(false);
      await expect(table.putIf(item('a', '2'), 'version = :seen', { ':seen': text('1') })).resolves.toBe(true);
      expect((await table.get('a')).Item).toEqual(item('a', '2'));
    },
  ],
  [
    'of many puts at once under one condition, one succeeds',
    async (table) => {
      const puts = ['1', '2', '3', '4', '5'].map((n) => table.putIf(item('a', n), 'attribute_not_exists(version)'));
      expect((await Promise.all(puts)).filter((held) => held)).toHaveLength(1);
    },
  ],
  [
    'an item is deleted by its key, and it is no fault if there is none',
    async (table) => {
      await table.put(item('a', '1'));
      await table.delete('a');
      await table.delete('a');
      expect((await table.get('a')).Item).toBeUndefined();
    },
  ],
  [
    'a key that is missing, empty or of another type is refused',
    async (table) => {
      await refused(table.put({ version: text('1') }), 'ValidationException');
      await refused(table.put(item('', '1')), 'ValidationException');
      await refused(table.put({ id: { N: '1' } }), 'ValidationException');
      await refused(table.get('', {}), 'ValidationException');
      await refused(table.get('a', { Key: { version: text('1') } }), 'ValidationException');
    },
  ],
  [
    'an item has 400 KB at most, with the names of its attributes',
    async (table) => {
      const filled = (bytes: number) =>
        item('a', '1', { long: text('x'.repeat(bytes - 'ida'.length - 'version1'.length - 4)) });
      await table.put(filled(400 * 1024));
      await refused(table.put(filled(400 * 1024 + 1)), 'ValidationException');
    },
  ],
  [
    'an index has the key and what it includes, and nothing else',
    async (table) => {
      await table.put(item('a', '1', { secret: text('x') }));
      await table.put({ id: text('b'), secret: text('x') });
      const { Items = [] } = await table.scan();
      expect(Items).toHaveLength(2);
      expect(Items).toEqual(expect.arrayContaining([item('a', '1'), { id: text('b') }]));
    },
  ],
  [
    'an index is scanned in pages, of which the last one says that it is',
    async (table) => {
      for (const id of ['a', 'b', 'c']) await table.put(item(id, '1'));
      const first = await table.scan({ Limit: 2 });
      expect(first.Items).toHaveLength(2);
      const next = await table.scan({ Limit: 2, ExclusiveStartKey: first.LastEvaluatedKey });
      const ids = [...(first.Items ?? []), ...(next.Items ?? [])].map(({ id }) => id?.S);
      expect(ids.sort()).toEqual(['a', 'b', 'c']);
      expect(next.LastEvaluatedKey).toBeUndefined();
    },
  ],
  [
    'an index is never read consistently',
    async (table) => {
      await refused(table.scan({ ConsistentRead: true }), 'ValidationException');
    },
  ],
  [
    'an index that does not exist is refused',
    async (table) => {
      await refused(table.scan({ IndexName: 'other' }), 'ValidationException');
    },
  ],
];

/** Looks whether an emulation keeps a rule. @throws {Error} when it doesn't */
export async function checkTableRule(endpoint: string, check: TableCase[1]): Promise<void> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    maxAttempts: 1,
  });
  try {
    const table = new TableUnderTest(client, `contract-${randomUUID()}`);
    await table.create();
    await check(table);
  } finally {
    client.destroy();
  }
}
