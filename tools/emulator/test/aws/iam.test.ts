import { DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LOCAL_CREDENTIALS } from '../../aws/account';
import type { PolicyDocument, Statement } from '../../aws/iam-policy';
import { type EmulatedAws, startAws } from '../../aws/server';
import type { ResourceDeclaration } from '../../aws/template';
import { type AccountUnderTest, checkDenial, checkIamRule, DENIAL_RULE, IAM_RULES } from './iam-contract';
import { functionNamed, getAtt, LAMBDA_ROLE, StackUnderTest } from './stack-under-test';

const ACCOUNT = '123456789012';
const ARN = `arn:aws:iam::${ACCOUNT}:role/reader`;
const SECRET = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:dev/slot`;

let aws: EmulatedAws;
const clients: { destroy(): void }[] = [];

beforeEach(async () => {
  aws = await startAws();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await aws.stop();
});

const allow = (Action: string | string[], Resource = '*', more: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

/** Gives the role these rights. */
function grant(statements: Statement[], boundary?: string): void {
  const trust: PolicyDocument = {
    Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: ACCOUNT } },
  };
  aws.iam.putRole({ arn: ARN, trust, policies: { it: { Statement: statements } }, managedPolicies: [], boundary });
}

/** An SDK client with the role's credentials. */
function as<Client extends { destroy(): void }>(Sdk: new (options: object) => Client): Client {
  const credentials = aws.iam.credentials(ARN, 'run');
  const client = new Sdk({ endpoint: aws.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

const readSlot = () => as(SecretsManagerClient).send(new GetSecretValueCommand({ SecretId: 'dev/slot' }));

// The rules that moto is held to as well (npm run test:moto).
describe('the rules of evaluation', () => {
  const account: AccountUnderTest = {
    get endpoint() {
      return aws.url;
    },
    asAdministrator: (step) => step(LOCAL_CREDENTIALS),
    async assume({ policies, boundary }) {
      const boundaryArn = `arn:aws:iam::${ACCOUNT}:policy/limits`;
      if (boundary) aws.iam.setManagedPolicy(boundaryArn, { Statement: boundary });
      grant([], boundary && boundaryArn);
      for (const [index, Statement] of policies.entries()) aws.iam.setPolicy(ARN, String(index), { Statement });
      return aws.iam.credentials(ARN, 'run');
    },
  };

  test.each(IAM_RULES.map((rule) => [rule[0], rule] as const))('%s', (_name, rule) => checkIamRule(account, rule));

  test(DENIAL_RULE, () => checkDenial(account));
});

test('a call has the rights of its role, and is denied with AWS’s message', async () => {
  const { ARN: arn } = aws.secrets.create({ Name: 'dev/slot', SecretString: 'x' });
  grant([allow('secretsmanager:DescribeSecret', `${SECRET}-??????`)]);
  await as(SecretsManagerClient).send(new DescribeSecretCommand({ SecretId: 'dev/slot' }));
  await expect(readSlot()).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message:
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/reader/run is not authorized to perform: secretsmanager:GetSecretValue ` +
      `on resource: ${arn} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
  });
});

test.each<[string, Statement[], object, string]>([
  [
    'a denial of its own',
    [allow('*'), { Effect: 'Deny', Action: '*', Resource: '*' }],
    {},
    'with an explicit deny in an identity-based policy',
  ],
  [
    "the resource's denial",
    [allow('*')],
    { resource: { Effect: 'Deny', Action: '*', Resource: '*', Principal: '*' } },
    'with an explicit deny in a resource-based policy',
  ],
  [
    'the boundary',
    [allow('*')],
    { boundary: allow('sqs:*') },
    'because no permissions boundary allows the secretsmanager:GetSecretValue action',
  ],
])('the error names the denying policy: %s', async (_what, statements, others, words) => {
  const { resource, boundary } = others as { resource?: Statement; boundary?: Statement };
  const { ARN: arn } = aws.secrets.create({ Name: 'dev/slot', SecretString: 'x' });
  const boundaryArn = `arn:aws:iam::${ACCOUNT}:policy/limits`;
  if (boundary) aws.iam.setManagedPolicy(boundaryArn, { Statement: boundary });
  if (resource) aws.iam.setResourcePolicy(arn, 'test', { Statement: resource });
  grant(statements, boundary && boundaryArn);
  await expect(readSlot()).rejects.toMatchObject({ message: expect.stringContaining(words) });
});

test('unknown keys, and those of a deleted role, are invalid', async () => {
  grant([allow('*')]);
  aws.secrets.create({ Name: 'dev/slot', SecretString: 'x' });
  await readSlot();
  aws.iam.removeRole(ARN);
  await expect(readSlot()).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
});

test('creating a secret with tags needs the right to tag', async () => {
  const create = () =>
    as(SecretsManagerClient).send(new CreateSecretCommand({ Name: 'dev/new', Tags: [{ Key: 'app', Value: 'x' }] }));
  grant([allow('secretsmanager:CreateSecret', `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:dev/*`)]);
  await expect(create()).rejects.toMatchObject({ message: expect.stringContaining('secretsmanager:TagResource') });
  grant([allow(['secretsmanager:CreateSecret', 'secretsmanager:TagResource'], '*')]);
  await create();
});

test.each(['aws', 'secretsmanager'])('a right may depend on a tag of the secret, as %s:ResourceTag', async (start) => {
  aws.secrets.create({ Name: 'dev/slot', SecretString: 'x', Tags: [{ Key: 'app', Value: 'mine' }] });
  const ifTagged = (value: string) =>
    allow('secretsmanager:*', '*', { Condition: { StringEquals: { [`${start}:ResourceTag/app`]: value } } });
  grant([ifTagged('yours')]);
  await expect(readSlot()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  grant([ifTagged('mine')]);
  await readSlot();
});

test('a value with a customer-managed key needs rights on the key, through the service only', async () => {
  const KmsKeyId = `arn:aws:kms:us-east-1:${ACCOUNT}:key/its`;
  aws.secrets.create({ Name: 'dev/slot', SecretString: 'x', KmsKeyId });
  const via = (service: string) =>
    allow('kms:Decrypt', KmsKeyId, {
      Condition: { StringEquals: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` } },
    });
  grant([allow('secretsmanager:*'), via('dynamodb')]);
  await expect(readSlot()).rejects.toMatchObject({
    message: expect.stringContaining(`kms:Decrypt on resource: ${KmsKeyId}`),
  });
  grant([allow('secretsmanager:*'), via('secretsmanager')]);
  await readSlot();
});

test('only granted attributes of an item are readable', async () => {
  const TableName = 'slots';
  aws.tables.createTable(TableName, { keyName: 'installation', indexes: { metadata: ['createdAt'] } });
  const table = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/slots`;
  const Condition = {
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['installation', 'createdAt'] },
    Null: { 'dynamodb:Attributes': 'false' },
    StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
  };
  grant([
    allow('dynamodb:GetItem', table, { Condition }),
    allow('dynamodb:PutItem', table, { Condition: { StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' } } }),
    allow('dynamodb:Scan', `${table}/index/metadata`),
  ]);
  const db = as(DynamoDBClient);
  const item = { installation: { S: 'a' }, value: { S: 'secret' } };
  await db.send(new PutItemCommand({ TableName, Item: item }));
  const get = (more: object) => db.send(new GetItemCommand({ TableName, Key: { installation: { S: 'a' } }, ...more }));
  await get({ ProjectionExpression: '#i, createdAt', ExpressionAttributeNames: { '#i': 'installation' } });
  const denied = { name: 'AccessDeniedException' };
  await expect(get({})).rejects.toMatchObject(denied);
  await expect(
    get({ ProjectionExpression: 'installation, #v', ExpressionAttributeNames: { '#v': 'value' } }),
  ).rejects.toMatchObject(denied);
  await db.send(new ScanCommand({ TableName, IndexName: 'metadata' }));
  await expect(db.send(new ScanCommand({ TableName }))).rejects.toMatchObject(denied);
});

test('the readers of AWS’s own ReadOnlyAccess see items, unless the table’s policy denies it', async () => {
  const { arn } = aws.tables.createTable('slots', { keyName: 'installation', indexes: {} });
  grant([]);
  aws.iam.attach(ARN, 'arn:aws:iam::aws:policy/ReadOnlyAccess', true);
  const scan = () => as(DynamoDBClient).send(new ScanCommand({ TableName: 'slots' }));
  await scan();
  aws.iam.setResourcePolicy(arn, 'table', {
    Statement: {
      Effect: 'Deny',
      Principal: '*',
      Action: ['dynamodb:GetItem', 'dynamodb:Scan'],
      Resource: arn,
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/worker` } },
    },
  });
  await expect(scan()).rejects.toMatchObject({ message: expect.stringContaining('explicit deny in a resource-based') });
});

test('SQS writes its actions in lower case, and a queue’s policy may grant', async () => {
  const jobs = aws.queues.put('jobs', {
    fifo: false,
    contentBasedDeduplication: false,
    deduplicationScope: 'queue',
    visibilityTimeoutSeconds: 30,
    redrive: undefined,
  });
  grant([]);
  const send = () => as(SQSClient).send(new SendMessageCommand({ QueueUrl: aws.queues.url(jobs), MessageBody: 'x' }));
  await expect(send()).rejects.toMatchObject({ message: expect.stringContaining('perform: sqs:sendmessage on') });
  const statement: Statement = { ...allow('sqs:SendMessage', jobs.arn), Principal: { AWS: ARN } };
  aws.iam.setResourcePolicy(jobs.arn, 'test', { Statement: statement });
  await send();
});

test('an unknown policy allows everything, and a line says so once', async () => {
  await aws.stop();
  const notes: string[] = [];
  aws = await startAws({ onNote: (line) => notes.push(line) });
  aws.secrets.create({ Name: 'dev/slot', SecretString: 'x' });
  grant([allow('*')], 'arn:aws:iam::123456789012:policy/company-boundary');
  await readSlot();
  await readSlot();
  expect(notes).toEqual([
    'The policy arn:aws:iam::123456789012:policy/company-boundary is not known here and treated as allowing everything.',
  ]);
});

describe('in a stack', () => {
  const Worker = functionNamed('worker', { DependsOn: 'Rights', Properties: { Role: getAtt('Role', 'Arn') } });
  const rights = (...Statement: object[]): ResourceDeclaration => ({
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: 'rights', PolicyDocument: { Statement } as never, Roles: [{ Ref: 'Role' }] },
  });
  const Queue: ResourceDeclaration = { Type: 'AWS::SQS::Queue' };
  const Mapping: ResourceDeclaration = {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { FunctionName: { Ref: 'Worker' }, EventSourceArn: getAtt('Queue', 'Arn') },
  };
  let stack: StackUnderTest;

  beforeEach(async () => {
    stack = new StackUnderTest(aws);
    await stack.putCode();
  });

  const reads = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((name) => `sqs:${name}`);

  test.each(reads)('a function’s role needs %s to read a queue', async (missing) => {
    const Rights = rights(allow(reads.filter((action) => action !== missing)));
    await stack.deploy({ Worker, Role: LAMBDA_ROLE, Rights, Queue, Mapping });
    const { reasons } = await stack.history();
    const operation = missing.replace('sqs:', '');
    expect(reasons).toContain(`execution role does not have permissions to call ${operation} on SQS`);
    await stack.delete();
    await stack.deploy({ Worker, Role: LAMBDA_ROLE, Rights: rights(allow(reads)), Queue, Mapping });
    expect((await stack.describe()).status).toBe('CREATE_COMPLETE');
  });

  test('and stops reading without the right', async () => {
    const deploy = (...statements: object[]) =>
      stack.deploy({ Worker, Role: LAMBDA_ROLE, Rights: rights(...statements), Queue, Mapping });
    await deploy(allow(reads));
    const [mapping] = aws.eventSourceMappings();
    const mayRead = () => aws.mayRead('worker', mapping?.queueArn ?? '');
    expect(mayRead()).toBe(true);
    await deploy(allow(reads.slice(1)));
    expect(mayRead()).toBe(false);
  });

  test('and for a queue with a customer-managed key the right to use it, through SQS', async () => {
    const key = `arn:aws:kms:us-east-1:${ACCOUNT}:key/its`;
    const Encrypted: ResourceDeclaration = { ...Queue, Properties: { KmsMasterKeyId: key } };
    const via = (service: string) => ({
      Condition: { StringEquals: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` } },
    });
    const deploy = (service: string) => {
      const Rights = rights(allow(reads), allow('kms:Decrypt', key, via(service)));
      return stack.deploy({ Worker, Role: LAMBDA_ROLE, Rights, Queue: Encrypted, Mapping });
    };
    await deploy('dynamodb');
    expect((await stack.history()).reasons).toContain(`does not have permissions to call kms:Decrypt on ${key}`);
    await stack.delete();
    await deploy('sqs');
    expect((await stack.describe()).status).toBe('CREATE_COMPLETE');
  });

  test('a function’s role must trust Lambda', async () => {
    const Role: ResourceDeclaration = {
      ...LAMBDA_ROLE,
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: ACCOUNT } }],
        },
      },
    };
    await stack.deploy({ Worker, Role, Rights: rights() });
    expect((await stack.history()).reasons).toContain('role defined for the function cannot be assumed by Lambda');
  });

  test('a public URL needs two permissions; a service may invoke for its own resource only', async () => {
    const permission = (properties: object): ResourceDeclaration => ({
      Type: 'AWS::Lambda::Permission',
      Properties: { FunctionName: getAtt('Worker', 'Arn'), Principal: '*', ...properties },
    });
    const resources = {
      Worker,
      Role: LAMBDA_ROLE,
      Rights: rights(),
      Url: permission({ Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' }),
      Rule: permission({
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: 'arn:aws:events:*:*:rule/mine',
      }),
    };
    await stack.deploy(resources);
    expect(aws.urlIsPublic('worker')).toBe(false);
    const Invoke = permission({ Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true });
    await stack.deploy({ ...resources, Invoke });
    expect(aws.urlIsPublic('worker')).toBe(true);
    const ruleMay = (name: string) =>
      aws.mayInvoke('worker', 'events.amazonaws.com', `arn:aws:events:us-east-1:${ACCOUNT}:rule/${name}`);
    expect([ruleMay('mine'), ruleMay('other')]).toEqual([true, false]);
  });

  test('a function’s log is kept if its role may write it', async () => {
    const Group: ResourceDeclaration = {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: '/aws/lambda/worker' },
    };
    const Rights = rights(allow(['logs:CreateLogStream', 'logs:PutLogEvents'], getAtt('Group', 'Arn') as never));
    await stack.deploy({ Worker, Role: LAMBDA_ROLE, Group, Rights });
    const kept = () => aws.logs.lines('/aws/lambda/worker');
    aws.keepLog(aws.deployedFunction('worker'), 'one');
    expect(kept()).toEqual(['one']);
    await stack.deploy({ Worker, Role: LAMBDA_ROLE, Group, Rights: rights() });
    aws.keepLog(aws.deployedFunction('worker'), 'two');
    expect(kept()).toEqual(['one']);
  });
});
