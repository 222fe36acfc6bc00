import { type EmulatedAws, startAws } from '../../aws/server';
import type { JsonObject, ResourceDeclaration } from '../../aws/template';
import { getAtt, StackUnderTest } from './stack-under-test';

let aws: EmulatedAws;
let stack: StackUnderTest;
let notes: string[];

beforeEach(async () => {
  notes = [];
  aws = await startAws({ onNote: (line) => notes.push(line) });
  stack = new StackUnderTest(aws);
});

afterEach(() => aws.stop());

const KEY = [{ AttributeName: 'id', KeyType: 'HASH' }];
const table = (properties: JsonObject = {}): ResourceDeclaration => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: KEY,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    ...properties,
  },
});
const index = (projection: JsonObject) => ({
  GlobalSecondaryIndexes: [{ IndexName: 'short', KeySchema: KEY, Projection: projection }],
});
const OUTPUTS = { Name: { Value: { Ref: 'Items' } }, Arn: { Value: getAtt('Items', 'Arn') } };

/** The result of deploying a stack with this table. */
async function deploy(properties: JsonObject) {
  await stack.deploy({ Items: table(properties) }, OUTPUTS);
  const { status, outputs } = await stack.describe();
  return { status, outputs };
}

test('a table is created with index, time to live and key, and the template can refer to it', async () => {
  const { status, outputs } = await deploy({
    ...index({ ProjectionType: 'INCLUDE', NonKeyAttributes: ['version'] }),
    TimeToLiveSpecification: { AttributeName: 'deleteAt', Enabled: true },
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: 'arn:aws:kms:us-east-1:123456789012:key/1' },
  });
  expect(status).toBe('CREATE_COMPLETE');
  expect(outputs.Name).toMatch(/^Tiny-Items-[0-9A-F]{12}$/);
  expect(outputs.Arn).toBe(`arn:aws:dynamodb:us-east-1:123456789012:table/${outputs.Name}`);
  expect(aws.tables.table(outputs.Name).settings).toEqual({
    keyName: 'id',
    indexes: { short: ['version'] },
    timeToLive: 'deleteAt',
    kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1',
  });
});

test('a change keeps the items, and a table is deleted with its stack', async () => {
  const { outputs } = await deploy({});
  const made = aws.tables.table(outputs.Name);
  made.put({ id: { S: 'a' } });
  await deploy({ TimeToLiveSpecification: { AttributeName: 'deleteAt', Enabled: true } });
  expect(aws.tables.table(outputs.Name).all()).toEqual([{ id: { S: 'a' } }]);
  expect(made.settings.timeToLive).toBe('deleteAt');
  await stack.delete();
  expect(() => aws.tables.table(outputs.Name)).toThrow('Requested resource not found');
});

test.each<[string, JsonObject]>([
  ['capacity that is provided', { BillingMode: 'PROVISIONED' }],
  ['a sort key', { KeySchema: [...KEY, { AttributeName: 'at', KeyType: 'RANGE' }] }],
  ['a key that is a number', { AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }] }],
  ['an index of all attributes', index({ ProjectionType: 'ALL' })],
  ['a stream', { StreamSpecification: { StreamViewType: 'KEYS_ONLY' } }],
])('%s is not emulated: the table is recorded, a line says so, and calls to it fail', async (_what, properties) => {
  const { status, outputs } = await deploy(properties);
  expect(status).toBe('CREATE_COMPLETE');
  expect(notes).toEqual([expect.stringMatching(/^AWS::DynamoDB::Table is not emulated: .* calls to it fail\.$/)]);
  expect(() => aws.tables.table(outputs.Name)).toThrow('Requested resource not found');
});
