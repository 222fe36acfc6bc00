import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SLOT_ENV } from '../../lambda/contract/slot-location';
import { ForgeRemote, type ForgeRemoteProps } from '../../lib/forge-remote';
import { REMOTE_PROPS } from './support/fixtures';
import { allowedOf, rightsOf, rolesIn } from './support/rights';
import { templateOf } from './support/synth';

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
  '/forge/token': { kind: 'scheduledTrigger', everyMinutes: 60 },
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
const templateWith = (props: Partial<ForgeRemoteProps>): Template =>
  templateOf((stack) => {
    const remote = new ForgeRemote(stack, 'Remote', { ...REMOTE_PROPS, routes: LIFE, ...props });
    remote.grantTokenRead(otherFunction(stack, 'Reader'));
    otherFunction(stack, 'Stranger');
  });

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

describe('with one slot', () => {
  const template = templateWith({ slotStrategy: 'single' });
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
    ]);
  });

  test('the worker reads it, and takes jobs from the queue', () => {
    expect(grantsOf(template, 'worker')).toEqual([
      { actions: ['secretsmanager:GetSecretValue'], on: `\${${slot}}` },
      { actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], on: queueIn(template) },
    ]);
  });

  test('the monitor sees its metadata', () => {
    expect(grantsOf(template, 'monitor')).toEqual([{ actions: ['secretsmanager:DescribeSecret'], on: `\${${slot}}` }]);
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
  const template = templateWith({ slotStrategy: 'perInstallation' });
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
    ]);
  });

  test('the receiver deletes none when Forge never tells it that an installation goes', () => {
    const never = templateWith({ slotStrategy: 'perInstallation', routes: REMOTE_PROPS.routes });
    expect(secretActionsByRole(never).receiver).not.toContain('DeleteSecret');
  });

  test('the worker reads them, and takes jobs from the queue', () => {
    expect(grantsOf(template, 'worker')).toEqual([
      { actions: ['secretsmanager:GetSecretValue'], on: slots },
      { actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], on: queueIn(template) },
    ]);
  });

  test('the cleanup lists all secrets, which AWS grants in no smaller measure, and deletes these', () => {
    expect(grantsOf(template, 'cleanup')).toEqual([
      { actions: ['secretsmanager:DeleteSecret'], on: slots },
      { actions: ['secretsmanager:ListSecrets'], on: '*' },
    ]);
  });

  test('the monitor lists all secrets, which AWS grants in no smaller measure, and can do nothing with them', () => {
    expect(grantsOf(template, 'monitor')).toEqual([{ actions: ['secretsmanager:ListSecrets'], on: '*' }]);
  });

  test('the monitor deletes slots only where it is asked to, looks at each before, and can do so with no other secret', () => {
    const reaping = templateWith({ slotStrategy: 'perInstallation', monitor: { reapAfter: Duration.days(30) } });
    expect(grantsOf(reaping, 'monitor')).toEqual([
      { actions: ['secretsmanager:ListSecrets'], on: '*' },
      { actions: ['secretsmanager:DeleteSecret', 'secretsmanager:DescribeSecret'], on: slots },
    ]);
    expect(secretActionsByRole(reaping).monitor).not.toContain('GetSecretValue');
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
      monitor: ['ListSecrets'],
      cleanup: ['DeleteSecret', 'ListSecrets'],
      reader: ['GetSecretValue'],
      stranger: [],
    });
  });
});

describe.each(['single', 'perInstallation'] as const)('strategy %s', (slotStrategy) => {
  const template = templateWith({ slotStrategy });

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
    const remote = new ForgeRemote(stack, 'Remote', REMOTE_PROPS);
    remote.grantTokenRead(
      new Role(stack, 'ReaderRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }),
    );
  });
  expect(allowedOf(template, roleOf(template, 'reader'), SECRET_ACTIONS)).toEqual(['secretsmanager:GetSecretValue']);
});
