import { Duration } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ForgeRemote } from '../../lib/forge-remote';
import { Monitor } from '../../lib/monitor';
import { TableSlots } from '../../lib/table-slots';
import { REMOTE_PROPS, remoteProps, stageWith } from './support/fixtures';
import { onlyIdOf, templateOf } from './support/synth';

/** Items stay for a week. */
const WEEK = { slot: { strategy: 'dynamodb' }, monitor: { reapAfterDays: 7 } } as const;

const tableIn = (template: Template) =>
  template.findResources('AWS::DynamoDB::Table')[onlyIdOf(template, 'AWS::DynamoDB::Table')];

test('has an item for each installation, is paid by use, and deletes by itself what is long dead', () => {
  const template = templateOf((stack) => new TableSlots(stack, 'Slots', { stage: stageWith() }));
  expect(tableIn(template)?.Properties).toEqual({
    AttributeDefinitions: [{ AttributeName: 'installation', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'installation', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: 'deleteAt', Enabled: true },
    GlobalSecondaryIndexes: expect.anything(),
    ResourcePolicy: expect.anything(),
  });
});

test('has an index with what is beside the token, and without it', () => {
  const template = templateOf((stack) => new TableSlots(stack, 'Slots', { stage: stageWith() }));
  template.hasResourceProperties('AWS::DynamoDB::Table', {
    GlobalSecondaryIndexes: Match.exact([
      {
        IndexName: 'metadata',
        KeySchema: [{ AttributeName: 'installation', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['versionId', 'sites', 'createdAt', 'writtenAt'] },
      },
    ]),
  });
});

test('denies reading tokens to everybody but the worker and grantees, and the receiver what it has no need of', () => {
  const template = templateOf((stack) => {
    const remote = new ForgeRemote(stack, 'Remote', remoteProps({ slot: { strategy: 'dynamodb' } }));
    remote.grantTokenRead(new Role(stack, 'Reports', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }));
  });
  const roles = Object.keys(template.findResources('AWS::IAM::Role'));
  const roleOf = (start: string) => ({ 'Fn::GetAtt': [roles.find((id) => id.startsWith(start)), 'Arn'] });
  const [receiver, worker, reports] = ['RemoteReceiver', 'RemoteWorker', 'Reports'].map(roleOf);
  const denied = (Action: unknown, Condition: object) => ({
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action,
    Resource: '*',
    Condition,
  });
  const reads = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PartiQLSelect', 'dynamodb:Query'];
  const isReceiver = { ArnEquals: { 'aws:PrincipalArn': [receiver] } };
  expect(tableIn(template)?.Properties.ResourcePolicy.PolicyDocument.Statement).toEqual([
    denied(reads, { ArnNotEquals: { 'aws:PrincipalArn': [receiver, worker, reports] } }),
    denied(reads, { ...isReceiver, Null: { 'dynamodb:Attributes': 'true' } }),
    denied(reads, { ...isReceiver, 'ForAnyValue:StringEquals': { 'dynamodb:Attributes': ['value'] } }),
    denied('dynamodb:Scan', { StringNotEquals: { 'dynamodb:Select': 'ALL_PROJECTED_ATTRIBUTES' } }),
  ]);
});

test.each([
  [undefined, 'Delete', 'Delete'],
  [false, 'Delete', 'Delete'],
  // Not when a first deployment fails and is taken back: nothing empty is left behind.
  [true, 'RetainExceptOnCreate', 'Retain'],
])('retain: %s makes the deletion policy %s', (retain, policy, replaced) => {
  const template = templateOf(
    (stack) => new TableSlots(stack, 'Slots', { stage: stageWith({ slot: retain === undefined ? {} : { retain } }) }),
  );
  template.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: policy, UpdateReplacePolicy: replaced });
});

test('an item stays 30 days after its token, or as many as it is told', () => {
  const kept: number[] = [];
  templateOf((stack) => {
    kept.push(new TableSlots(stack, 'Slots', { stage: stageWith() }).keepDays);
    kept.push(new TableSlots(stack, 'Others', { stage: stageWith(WEEK) }).keepDays);
  });
  expect(kept).toEqual([30, 7]);
});

test.each([
  [{}, '30'],
  [WEEK, '7'],
  [{ monitor: false as const }, '30'],
])('with %j the receiver is told to keep an item for %s days, and the monitor deletes none', (options, days) => {
  const template = templateOf(
    (stack) => new ForgeRemote(stack, 'Remote', remoteProps({ slot: { strategy: 'dynamodb' }, ...options })),
  );
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: { FORGE_APP_ID: REMOTE_PROPS.appId, FORGE_SLOT_KEEP_DAYS: days } },
  });
  template.resourcePropertiesCountIs(
    'AWS::Lambda::Function',
    { Environment: { Variables: { FORGE_REAP_AFTER_DAYS: Match.anyValue() } } },
    0,
  );
});

test('a monitor by itself does not delete what the table deletes', () => {
  const template = templateOf((stack) => {
    const stage = stageWith(WEEK);
    const slots = new TableSlots(stack, 'Slots', { stage });
    new Monitor(stack, 'Monitor', {
      settings: WEEK.monitor,
      stage,
      slots,
      tokenInterval: Duration.hours(1),
      remoteName: 'test',
    });
  });
  expect(JSON.stringify(template.toJSON())).not.toMatch(/FORGE_REAP_AFTER_DAYS|dynamodb:DeleteItem/);
});
