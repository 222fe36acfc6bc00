import type { Statement } from '../../aws/iam-policy';
import { type EmulatedAws, startAws } from '../../aws/server';
import type { ResourceDeclaration } from '../../aws/template';
import { functionNamed, getAtt, LAMBDA_ROLE, StackUnderTest } from './stack-under-test';

// CloudFormation creates resources with its own role, and that role may be limited.

const ARN = 'arn:aws:iam::123456789012:role/executor';
const BOUNDARY = 'arn:aws:iam::123456789012:policy/limits';

let aws: EmulatedAws;
let stack: StackUnderTest;
beforeEach(async () => {
  aws = await startAws();
  stack = new StackUnderTest(aws, 'Tiny', ARN);
  await stack.putCode();
});
afterEach(() => aws.stop());

const allow = (Action: string | string[], more: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});

/** Gives the executor these rights. */
function grant(statements: Statement[], Service = 'cloudformation.amazonaws.com'): void {
  const trust = { Statement: { Effect: 'Allow' as const, Action: 'sts:AssumeRole', Principal: { Service } } };
  aws.iam.putRole({ arn: ARN, trust, policies: { it: { Statement: statements } }, managedPolicies: [] });
}

const Secret: ResourceDeclaration = { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'slot' } };
const Queue: ResourceDeclaration = { Type: 'AWS::SQS::Queue' };
const Worker = functionNamed('worker', { Properties: { Role: getAtt('Role', 'Arn') } });

test('a right that its role lacks fails the deployment with AWS’s message', async () => {
  grant([allow('secretsmanager:*')]);
  await stack.deploy({ Secret, Queue: { ...Queue, DependsOn: 'Secret', Properties: { QueueName: 'jobs' } } });
  expect((await stack.history()).reasons).toContain(
    'User: arn:aws:sts::123456789012:assumed-role/executor/AWSCloudFormation is not authorized to perform: ' +
      'sqs:createqueue on resource: arn:aws:sqs:us-east-1:123456789012:jobs because no identity-based policy allows the ' +
      'sqs:createqueue action',
  );
  expect((await stack.describe()).status).toBe('ROLLBACK_COMPLETE');
  expect(aws.secrets.list({}).SecretList).toEqual([]);
});

test('a rollback needs the right to delete', async () => {
  grant([allow('secretsmanager:CreateSecret')]);
  await stack.deploy({ Secret, Queue: { ...Queue, DependsOn: 'Secret' } });
  expect((await stack.describe()).status).toBe('ROLLBACK_FAILED');
});

test('a role is created only with the required boundary', async () => {
  grant([
    allow(['iam:CreateRole', 'iam:DeleteRole'], {
      Condition: { StringEquals: { 'iam:PermissionsBoundary': BOUNDARY } },
    }),
  ]);
  await stack.deploy({ Role: LAMBDA_ROLE });
  expect((await stack.history()).reasons).toContain('not authorized to perform: iam:CreateRole');
  await stack.delete();
  await stack.deploy({
    Role: { ...LAMBDA_ROLE, Properties: { ...LAMBDA_ROLE.Properties, PermissionsBoundary: BOUNDARY } },
  });
  expect((await stack.describe()).status).toBe('CREATE_COMPLETE');
});

test('a function’s role needs the right to pass it', async () => {
  const rights = ['lambda:*', 'iam:CreateRole', 'iam:DeleteRole'];
  grant([allow(rights)]);
  await stack.deploy({ Worker, Role: LAMBDA_ROLE });
  expect((await stack.history()).reasons).toContain('not authorized to perform: iam:PassRole');
  await stack.delete();
  const Condition = { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } };
  grant([allow(rights), allow('iam:PassRole', { Condition })]);
  await stack.deploy({ Worker, Role: LAMBDA_ROLE });
  expect((await stack.describe()).status).toBe('CREATE_COMPLETE');
});

test('a stack is changed and deleted with the role that created it', async () => {
  grant([allow(['sqs:CreateQueue', 'sqs:SetQueueAttributes'])]);
  await stack.deploy({ Queue });
  await stack.deploy({ Queue: { ...Queue, Properties: { VisibilityTimeout: 60 } } });
  expect((await stack.describe()).status).toBe('UPDATE_COMPLETE');
  const id = await stack.id();
  await stack.delete();
  expect(await stack.describe(id)).toMatchObject({ status: 'DELETE_FAILED' });
  expect((await stack.history(id)).reasons).toContain('sqs:deletequeue');
});

test('a type that is only recorded needs rights as well', async () => {
  grant([allow('s3vectors:*')]);
  await stack.deploy({ Odd: { Type: 'AWS::Glue::Crawler' } });
  expect((await stack.history()).reasons).toContain('glue:CreateCrawler');
});

test('the role must trust CloudFormation', async () => {
  grant([allow('*')], 'lambda.amazonaws.com');
  await stack.deploy({ Queue });
  expect((await stack.describe()).status).toBe('REVIEW_IN_PROGRESS');
});
