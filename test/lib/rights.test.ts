import type { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SLOT_ENV } from '../../lambda/contract/settings';
import type { StageInput } from '../../lib/config';
import { ForgeRemote, type ForgeRemoteProps } from '../../lib/forge-remote';
import { REMOTE_PROPS, remoteProps } from './support/fixtures';
import { allowedOf, rightsOf, rolesIn } from './support/rights';
import { onceForEach, templateOf } from './support/synth';

/** All that can be done with a secret (AWS's service authorization reference of Secrets Manager). */
const SECRET_ACTIONS = [
  'BatchGetSecretValue',
  'CancelRotateSecret',
  'CreateSecret',
  'DeleteResourcePolicy',
  'DeleteSecret',
  'DescribeSecret',
  'GetRandomPassword',
  'GetResourcePolicy',
  'GetSecretValue',
  'ListSecretVersionIds',
  'ListSecrets',
  'PutResourcePolicy',
  'PutSecretValue',
  'RemoveRegionsFromReplication',
  'ReplicateSecretToRegions',
  'RestoreSecret',
  'RotateSecret',
  'StopReplicationToReplica',
  'TagResource',
  'UntagResource',
  'UpdateSecret',
  'UpdateSecretVersionStage',
  'ValidateResourcePolicy',
].map((action) => `secretsmanager:${action}`);

const LIFE: ForgeRemoteProps['routes'] = {
  '/forge/token': { kind: 'scheduledTrigger', schedules: { hourly: 'hour' } },
  '/forge/uninstall': { kind: 'preUninstall' },
};

/** A function of somebody else in the stack, with no rights of its own. */
const otherFunction = (stack: Stack, id: string) =>
  new LambdaFunction(stack, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('-'),
    role: new Role(stack, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
  });

/** A remote, another function that it lets read tokens, and one that it doesn't know. */
const templateWith = onceForEach(
  (options: Partial<StageInput>, routes: ForgeRemoteProps['routes'] = LIFE): Template =>
    templateOf((stack) => {
      const remote = new ForgeRemote(stack, 'Remote', { ...remoteProps(options), routes });
      remote.grantTokenRead(otherFunction(stack, 'Reader'));
      otherFunction(stack, 'Stranger');
    }),
);

/** What the logical ids of each one's resources begin with. */
const PARTS = {
  receiver: 'RemoteReceiver',
  worker: 'RemoteWorker',
  monitor: 'RemoteMonitor',
  cleanup: 'RemoteSlotsCleanup',
  reader: 'Reader',
  stranger: 'Stranger',
};
type Part = keyof typeof PARTS;

/** The logical id of the only resource of `type` whose id begins with `start`. */
function idOf(template: Template, type: string, start: string): string {
  const [id, ...others] = Object.keys(template.findResources(type)).filter((key) => key.startsWith(start));
  if (id === undefined || others.length > 0) throw new Error(`${type} ${start}…: ${[id, ...others].join(', ')}`);
  return id;
}

const roleOf = (template: Template, part: Part) => idOf(template, 'AWS::IAM::Role', `${PARTS[part]}Role`);

/** The rights of one of our functions, but for those on its own log, which each of them must have. */
function grantsOf(template: Template, part: Part) {
  const [log, ...grants] = rightsOf(template, roleOf(template, part));
  const logGroup = idOf(template, 'AWS::Logs::LogGroup', `${PARTS[part]}Logs`);
  expect(log).toEqual({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], on: `\${${logGroup}}` });
  return grants;
}

/** What each role of `template` may do with secrets. A role that this test doesn't know appears under its own name. */
const secretActionsByRole = (template: Template) =>
  Object.fromEntries(
    rolesIn(template).map((role) => {
      const part = Object.entries(PARTS).find(([, start]) => role.startsWith(start))?.[0] ?? role;
      return [part, allowedOf(template, role, SECRET_ACTIONS).map((action) => action.replace('secretsmanager:', ''))];
    }),
  );

const queueIn = (template: Template) => `\${${idOf(template, 'AWS::SQS::Queue', 'RemoteWorkerJobsQueue')}}`;
const deadLettersIn = (template: Template) => `\${${idOf(template, 'AWS::SQS::Queue', 'RemoteWorkerJobsDeadLetters')}}`;

/** The parameter in which the monitor keeps Forge's key set. */
const keptKeySet = (template: Template) => {
  const parameter = `\${${idOf(template, 'AWS::SSM::Parameter', 'Remote')}}`;
  return `arn:aws:ssm:us-east-1:\${AWS::AccountId}:parameter/${parameter}`;
};
const readsKeys = (template: Template) => ({ actions: ['ssm:GetParameter'], on: keptKeySet(template) });
const keepsKeys = (template: Template) => ({
  actions: ['ssm:GetParameter', 'ssm:PutParameter'],
  on: keptKeySet(template),
});

describe('with one slot', () => {
  const template = templateWith({ slot: { strategy: 'single' } });
  const slot = idOf(template, 'AWS::SecretsManager::Secret', 'Remote');

  test('the receiver writes it, and puts jobs into the queue', () => {
    expect(grantsOf(template, 'receiver')).toEqual([
      {
        actions: [
          'secretsmanager:DescribeSecret',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        on: `\${${slot}}`,
      },
      { actions: ['sqs:SendMessage'], on: queueIn(template) },
      readsKeys(template),
    ]);
  });

  test('the worker reads it, takes jobs from the queue, and gives some up', () => {
    expect(grantsOf(template, 'worker')).toEqual([
      { actions: ['secretsmanager:GetSecretValue'], on: `\${${slot}}` },
      { actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], on: queueIn(template) },
      { actions: ['sqs:SendMessage'], on: deadLettersIn(template) },
    ]);
  });

  test('the monitor sees its metadata', () => {
    expect(grantsOf(template, 'monitor')).toEqual([
      { actions: ['secretsmanager:DescribeSecret'], on: `\${${slot}}` },
      keepsKeys(template),
    ]);
  });

  test('whoever is let read it reads it alone, and is told where it is', () => {
    expect(rightsOf(template, roleOf(template, 'reader'))).toEqual([
      { actions: ['secretsmanager:GetSecretValue'], on: `\${${slot}}` },
    ]);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Role: { 'Fn::GetAtt': [roleOf(template, 'reader'), 'Arn'] },
      Environment: Match.exact({ Variables: { [SLOT_ENV.secretArn]: { Ref: slot } } }),
    });
  });

  test('nobody else touches a secret', () => {
    expect(secretActionsByRole(template)).toEqual({
      receiver: ['DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage'],
      worker: ['GetSecretValue'],
      monitor: ['DescribeSecret'],
      reader: ['GetSecretValue'],
      stranger: [],
    });
  });
});

describe('with a slot for each installation', () => {
  const template = templateWith({ slot: { strategy: 'perInstallation' } });
  const slots = `arn:aws:secretsmanager:us-east-1:\${AWS::AccountId}:secret:test/slot/*`;

  test('the receiver makes, writes and deletes them, and puts jobs into the queue', () => {
    expect(grantsOf(template, 'receiver')).toEqual([
      {
        actions: [
          'secretsmanager:CreateSecret',
          'secretsmanager:DeleteSecret',
          'secretsmanager:DescribeSecret',
          'secretsmanager:PutSecretValue',
          'secretsmanager:TagResource',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        on: slots,
      },
      { actions: ['sqs:SendMessage'], on: queueIn(template) },
      readsKeys(template),
    ]);
  });

  test('the receiver deletes none when Forge never tells it that an installation goes', () => {
    const never = templateWith({ slot: { strategy: 'perInstallation' } }, REMOTE_PROPS.routes);
    expect(secretActionsByRole(never).receiver).not.toContain('DeleteSecret');
  });

  test('the worker reads them, and takes jobs from the queue', () => {
    expect(grantsOf(template, 'worker')).toEqual([
      { actions: ['secretsmanager:GetSecretValue'], on: slots },
      { actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], on: queueIn(template) },
      { actions: ['sqs:SendMessage'], on: deadLettersIn(template) },
    ]);
  });

  test('the cleanup lists all secrets, which AWS grants in no smaller measure, and deletes these', () => {
    expect(grantsOf(template, 'cleanup')).toEqual([
      { actions: ['secretsmanager:DeleteSecret'], on: slots },
      { actions: ['secretsmanager:ListSecrets'], on: '*' },
    ]);
  });

  test('the monitor lists all secrets, which AWS grants in no smaller measure, and can do nothing with them', () => {
    const keeping = templateWith({ slot: { strategy: 'perInstallation' }, monitor: { reapAfterDays: false } });
    expect(grantsOf(keeping, 'monitor')).toEqual([
      { actions: ['secretsmanager:ListSecrets'], on: '*' },
      keepsKeys(keeping),
    ]);
  });

  test('unless it may delete slots: then it looks at each before, and can do so with no other secret', () => {
    expect(grantsOf(template, 'monitor')).toEqual([
      { actions: ['secretsmanager:ListSecrets'], on: '*' },
      { actions: ['secretsmanager:DeleteSecret', 'secretsmanager:DescribeSecret'], on: slots },
      keepsKeys(template),
    ]);
    expect(secretActionsByRole(template).monitor).not.toContain('GetSecretValue');
  });

  test('whoever is let read them reads them alone, and is told where they are', () => {
    expect(rightsOf(template, roleOf(template, 'reader'))).toEqual([
      { actions: ['secretsmanager:GetSecretValue'], on: slots },
    ]);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Role: { 'Fn::GetAtt': [roleOf(template, 'reader'), 'Arn'] },
      Environment: Match.exact({ Variables: { [SLOT_ENV.prefix]: 'test/slot' } }),
    });
  });

  test('nobody else touches a secret', () => {
    expect(secretActionsByRole(template)).toEqual({
      receiver: [
        'CreateSecret',
        'DeleteSecret',
        'DescribeSecret',
        'PutSecretValue',
        'TagResource',
        'UpdateSecretVersionStage',
      ],
      worker: ['GetSecretValue'],
      monitor: ['DeleteSecret', 'DescribeSecret', 'ListSecrets'],
      cleanup: ['DeleteSecret', 'ListSecrets'],
      reader: ['GetSecretValue'],
      stranger: [],
    });
  });
});

describe('with a table', () => {
  const template = templateWith({ slot: { strategy: 'dynamodb' } });
  const table = `\${${idOf(template, 'AWS::DynamoDB::Table', 'Remote')}}`;
  const RETURNS_NOTHING = { StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' } };
  const PUTS_JOBS = { actions: ['sqs:SendMessage'], on: queueIn(template) };

  test('the receiver asks for what is beside the token, writes and deletes items, and gets none back', () => {
    expect(grantsOf(template, 'receiver')).toEqual([
      {
        actions: ['dynamodb:GetItem'],
        on: table,
        condition: {
          'ForAllValues:StringEquals': {
            'dynamodb:Attributes': ['installation', 'versionId', 'previousId', 'createdAt'],
          },
          Null: { 'dynamodb:Attributes': 'false' },
          StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
        },
      },
      { actions: ['dynamodb:DeleteItem', 'dynamodb:PutItem'], on: table, condition: RETURNS_NOTHING },
      PUTS_JOBS,
      readsKeys(template),
    ]);
  });

  test('the receiver deletes none when Forge never tells it that an installation goes', () => {
    const never = templateWith({ slot: { strategy: 'dynamodb' } }, REMOTE_PROPS.routes);
    expect(grantsOf(never, 'receiver')).toContainEqual(
      expect.objectContaining({ actions: ['dynamodb:PutItem'], condition: RETURNS_NOTHING }),
    );
  });

  test('the worker reads items, and takes jobs from the queue', () => {
    expect(grantsOf(template, 'worker')).toEqual([
      { actions: ['dynamodb:GetItem'], on: table },
      { actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], on: queueIn(template) },
      { actions: ['sqs:SendMessage'], on: deadLettersIn(template) },
    ]);
  });

  test.each([[{}], [{ reapAfterDays: 7 }]])(
    'the monitor sees the index, in which there is no token, and nothing else, with %j',
    (monitor) => {
      const watched = templateWith({ slot: { strategy: 'dynamodb' }, monitor });
      expect(grantsOf(watched, 'monitor')).toEqual([
        { actions: ['dynamodb:Scan'], on: `${table}/index/metadata` },
        keepsKeys(watched),
      ]);
    },
  );

  test('whoever is let read items reads them alone, and is told where they are', () => {
    expect(rightsOf(template, roleOf(template, 'reader'))).toEqual([{ actions: ['dynamodb:GetItem'], on: table }]);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Role: { 'Fn::GetAtt': [roleOf(template, 'reader'), 'Arn'] },
      Environment: Match.exact({
        Variables: { [SLOT_ENV.table]: { Ref: idOf(template, 'AWS::DynamoDB::Table', 'Remote') } },
      }),
    });
  });

  test('nobody touches a secret, or has a role that this test does not know', () => {
    const nothing = { receiver: [], worker: [], monitor: [], reader: [], stranger: [] };
    expect(secretActionsByRole(template)).toEqual(nothing);
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  test("a key of one's own is used through DynamoDB and no other way, and by nobody for more than it does", () => {
    const KEY = 'arn:aws:kms:us-east-1:123456789012:key/0d7f9c3e-5a51-4f0e-8f6d-2a4b6c8d0e1f';
    const encrypted = templateWith({ slot: { strategy: 'dynamodb', kmsKeyArn: KEY } });
    const onKey = (role: Part) => rightsOf(encrypted, roleOf(encrypted, role)).filter(({ on }) => on === KEY);
    const condition = { StringEquals: { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' } };
    const reads = [{ actions: ['kms:Decrypt', 'kms:DescribeKey'], on: KEY, condition }];
    expect(onKey('worker')).toEqual(reads);
    expect(onKey('monitor')).toEqual(reads);
    expect(onKey('reader')).toEqual(reads);
    expect(onKey('stranger')).toEqual([]);
    expect(onKey('receiver')).toEqual([
      {
        actions: [
          'kms:Decrypt',
          'kms:DescribeKey',
          'kms:Encrypt',
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        on: KEY,
        condition,
      },
    ]);
    encrypted.hasResourceProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY },
    });
  });
});

describe('keys of their own', () => {
  const KEY = 'arn:aws:kms:us-east-1:123456789012:key/0d7f9c3e-5a51-4f0e-8f6d-2a4b6c8d0e1f';
  const MESSAGES = KEY.replace('0d7f', '1d7f');
  const via = (service: string) => ({ StringEquals: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` } });
  const reads = (on: string, service: string) => ({ actions: ['kms:Decrypt'], on, condition: via(service) });
  const writes = (on: string, service: string) => ({
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    on,
    condition: via(service),
  });
  const onKeys = (template: Template, part: Part) =>
    rightsOf(template, roleOf(template, part)).filter(({ actions }) => actions.some((one) => one.startsWith('kms:')));

  test.each(['single', 'perInstallation'] as const)(
    'of secrets, with %s: whoever writes tokens writes with the key, whoever reads them reads, and nobody else',
    (strategy) => {
      const template = templateWith({ slot: { strategy, kmsKeyArn: KEY } });
      expect(onKeys(template, 'receiver')).toEqual([writes(KEY, 'secretsmanager')]);
      expect(onKeys(template, 'worker')).toEqual([reads(KEY, 'secretsmanager')]);
      expect(onKeys(template, 'reader')).toEqual([reads(KEY, 'secretsmanager')]);
      expect(onKeys(template, 'monitor')).toEqual([]);
      expect(onKeys(template, 'stranger')).toEqual([]);
    },
  );

  test('of messages: the receiver sends with it, the worker receives and gives up, and the one of logs is granted to no role', () => {
    const template = templateWith({ messageKmsKeyArn: MESSAGES, logKmsKeyArn: KEY });
    expect(onKeys(template, 'receiver')).toEqual([writes(MESSAGES, 'sqs')]);
    expect(onKeys(template, 'worker')).toEqual([writes(MESSAGES, 'sqs')]);
    for (const part of ['monitor', 'reader', 'stranger'] as const) expect(onKeys(template, part)).toEqual([]);
  });

  test.each([
    ['cn-north-1', ['amazonaws.com', 'amazonaws.com.cn']],
    ['eusc-de-east-1', ['amazonaws.com', 'amazonaws.eu']],
    ['us-gov-west-1', ['amazonaws.com']],
    // One that the CDK doesn't know yet.
    ['mx-new-1', ['amazonaws.com']],
  ])('in %s they are used through services of %j', (region, domains) => {
    const key = KEY.replace('us-east-1', region);
    const template = templateOf((stack) => {
      new ForgeRemote(stack, 'Remote', {
        ...remoteProps({}),
        stage: { ...remoteProps({}).stage, slot: { strategy: 'single', retain: false, kmsKeyArn: key } },
      });
    }, region);
    const values = domains.map((domain) => `secretsmanager.${region}.${domain}`);
    const [value, ...others] = values;
    expect(onKeys(template, 'receiver')).toEqual([
      {
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        on: key,
        condition: { StringEquals: { 'kms:ViaService': others.length > 0 ? values : value } },
      },
    ]);
  });
});

describe.each(['single', 'perInstallation', 'dynamodb'] as const)('strategy %s', (strategy) => {
  const template = templateWith({ slot: { strategy } });

  const callersOf = (start: string) =>
    Object.values(template.findResources('AWS::Lambda::Permission'))
      .map(({ Properties }) => Properties)
      .filter(({ FunctionName }) => FunctionName['Fn::GetAtt'][0] === idOf(template, 'AWS::Lambda::Function', start));

  test('lets nobody in by a policy of a secret or of a function, but for the public URL and the schedule', () => {
    template.resourceCountIs('AWS::SecretsManager::ResourcePolicy', 0);
    const known = callersOf(PARTS.receiver).length + callersOf(PARTS.monitor).length;
    template.resourceCountIs('AWS::Lambda::Permission', known);
  });

  test('lets the monitor be run by its schedule alone', () => {
    const rule = idOf(template, 'AWS::Events::Rule', PARTS.monitor);
    expect(callersOf(PARTS.monitor)).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: expect.anything(),
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] },
      },
    ]);
  });

  test('gives no role to anybody but Lambda', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role'))) {
      expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      ]);
    }
  });
});

test('whoever is no function gets the right and nothing else', () => {
  const template = templateOf((stack) => {
    const remote = new ForgeRemote(stack, 'Remote', remoteProps({}));
    remote.grantTokenRead(
      new Role(stack, 'ReaderRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }),
    );
  });
  expect(allowedOf(template, roleOf(template, 'reader'), SECRET_ACTIONS)).toEqual(['secretsmanager:GetSecretValue']);
});
