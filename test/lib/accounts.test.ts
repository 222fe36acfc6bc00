import { RemovalPolicy, type Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { parseNewSecrets, parseReceiverVariables } from '../../lambda/contract/settings';
import type { StageInput } from '../../lib/config';
import { RemoteStack } from '../../lib/remote-stack';
import { stacksOf } from '../../lib/stage-stacks';
import { MANIFEST, stageWith } from './support/fixtures';
import { HTTP_API } from './support/http-api';
import { testApp } from './support/synth';

// What the accounts of large companies ask for, by options of a stage.

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/0d7f9c3e-5a51-4f0e-8f6d-2a4b6c8d0e1f';

function stackWith(options: Partial<StageInput>): RemoteStack {
  const stage = stageWith(options);
  const [place] = stacksOf('forge-remote', stage);
  if (!place) throw new Error('The stage has no stack');
  return new RemoteStack(testApp(), place.id, { name: 'forge-remote', stage, place, manifest: MANIFEST });
}

const propertiesOf = (template: Template, type: string) =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties);

describe('tags', () => {
  test('are those of the stack, beside its own; theirs count more', () => {
    const { tags } = stackWith({ tags: { CostCenter: '4711', stage: 'development' } });
    expect(tags.tagValues()).toEqual({
      app: 'forge-remote',
      stage: 'development',
      region: 'default',
      CostCenter: '4711',
    });
  });

  const newSecretsWith = (options: Partial<StageInput>) => {
    const [{ Environment }] = propertiesOf(Template.fromStack(stackWith(options)), 'AWS::Lambda::Function').filter(
      ({ Description }) => Description?.startsWith('Receives'),
    );
    const texts = Object.entries(Environment.Variables).map(([name, value]) => [name, String(value)]);
    const { newSecrets } = parseReceiverVariables(Object.fromEntries(texts));
    return newSecrets === undefined ? undefined : parseNewSecrets(newSecrets);
  };

  test('and a key go to the secrets that the receiver makes', () => {
    const tags = { CostCenter: '4711' };
    const slot = { strategy: 'perInstallation', kmsKeyArn: KEY } as const;
    expect(newSecretsWith({ tags, slot })).toEqual({ tags, kmsKeyArn: KEY });
    expect(newSecretsWith({ slot: { strategy: 'perInstallation' } })).toBeUndefined();
    // The one secret, and the table, are CloudFormation's to tag.
    expect(newSecretsWith({ tags })).toBeUndefined();
  });
});

describe('a permissions boundary', () => {
  test.each([
    [
      'by its name',
      'team/limits',
      { 'Fn::Join': ['', ['arn:aws:iam::', { Ref: 'AWS::AccountId' }, ':policy/team/limits']] },
    ],
    ['by its ARN', 'arn:aws:iam::123456789012:policy/limits', 'arn:aws:iam::123456789012:policy/limits'],
  ])('%s is on every role, a fork’s own and those of custom resources included', (_how, permissionsBoundary, arn) => {
    const stack = stackWith({
      permissionsBoundary,
      slot: { strategy: 'perInstallation' },
      slack: { workspaceId: 'T012ABCDEFG', channelId: 'C012ABCDEFG' },
    });
    new Role(stack, 'Own', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    new Bucket(stack, 'Emptied', { autoDeleteObjects: true, removalPolicy: RemovalPolicy.DESTROY });
    const template = Template.fromStack(stack);
    // Receiver, worker, monitor, cleanup, Slack, and those two.
    template.resourceCountIs('AWS::IAM::Role', 7);
    template.allResourcesProperties('AWS::IAM::Role', { PermissionsBoundary: arn });
  });

  test('is none unless config.ts says so', () => {
    for (const role of propertiesOf(Template.fromStack(stackWith({})), 'AWS::IAM::Role')) {
      expect(role).not.toHaveProperty('PermissionsBoundary');
    }
  });
});

test('a bootstrap qualifier is in the roles and the bucket that the CLI uses, and no other is', () => {
  const stack = stackWith({ bootstrapQualifier: 'acme' });
  const { stacks } = (stack.node.root as Stage).synth();
  const text = JSON.stringify(stacks.map(({ manifest, assets }) => [manifest, assets]));
  expect(text).toContain('cdk-acme-deploy-role');
  expect(text).not.toContain('hnb659fds');
});

describe('keys of their own', () => {
  const template = Template.fromStack(
    stackWith({
      logKmsKeyArn: KEY,
      messageKmsKeyArn: KEY,
      slot: { kmsKeyArn: KEY },
      exposure: { httpApi: HTTP_API },
    }),
  );

  test('encrypt every log, the log of an API included', () => {
    // Receiver, worker, monitor, API.
    template.resourceCountIs('AWS::Logs::LogGroup', 4);
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: KEY });
  });

  test('encrypt the queue, its dead letters and the topics', () => {
    template.resourceCountIs('AWS::SQS::Queue', 2);
    template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: KEY, SqsManagedSseEnabled: Match.absent() });
    template.resourceCountIs('AWS::SNS::Topic', 2);
    template.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: KEY });
  });

  test('encrypt the one secret', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', { KmsKeyId: KEY });
  });

  test('are none unless config.ts says so', () => {
    expect(JSON.stringify(Template.fromStack(stackWith({})).toJSON())).not.toMatch(/Kms|kms:/);
  });
});
