import type { Services } from '../../aws/resource-type';
import { createAccount, createServices } from '../../aws/services';
import { Stack } from '../../aws/stack';
import type { ResourceDeclaration, Template } from '../../aws/template';

let services: Services;
let stack: Stack;

beforeEach(() => {
  services = createServices({ clock: () => 0 }, 'us-east-1', createAccount({}), () => 'http://127.0.0.1:1');
  stack = new Stack('Tiny', services);
});

const secret = (properties: ResourceDeclaration['Properties'], more: Partial<ResourceDeclaration> = {}) => ({
  Type: 'AWS::SecretsManager::Secret',
  ...(properties && { Properties: properties }),
  ...more,
});

const template = (resources: Template['Resources'], more: Partial<Template> = {}): Template => ({
  Resources: resources,
  ...more,
});

const secretNames = () => services.secrets.list({}).SecretList.map(({ Name }) => Name);

/** The last events, without the stack's own. */
const history = () =>
  stack.events.filter(({ logicalId }) => logicalId !== 'Tiny').map(({ logicalId, status }) => `${logicalId} ${status}`);

test('creates resources in order of dependencies, and resolves outputs', async () => {
  await stack.deploy(
    template(
      {
        Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmActions: [{ Ref: 'Topic' }] } },
        Topic: { Type: 'AWS::SNS::Topic', DependsOn: 'Slot' },
        Slot: secret({ Name: 'slot' }),
      },
      { Outputs: { TopicName: { Value: { 'Fn::GetAtt': ['Topic', 'TopicName'] }, Description: 'a topic' } } },
    ),
    {},
  );
  expect(stack.status).toBe('CREATE_COMPLETE');
  expect(
    history()
      .filter((line) => line.endsWith('COMPLETE'))
      .reverse(),
  ).toEqual(['Slot CREATE_COMPLETE', 'Topic CREATE_COMPLETE', 'Alarm CREATE_COMPLETE']);
  expect(stack.outputs).toEqual([
    { key: 'TopicName', value: expect.stringMatching(/^Tiny-Topic-[0-9A-F]{12}$/), description: 'a topic' },
  ]);
});

test('a secret starts empty unless the template has a value', async () => {
  await stack.deploy(template({ Slot: secret({ Name: 'slot', Description: 'filled later' }) }), {});
  const described = services.secrets.describe({ SecretId: 'slot' });
  expect(described).toMatchObject({ Description: 'filled later' });
  expect(described.VersionIdsToStages).toBeUndefined();
});

test('an update changes a secret in place, and keeps its value', async () => {
  await stack.deploy(template({ Slot: secret({ Name: 'slot', Description: 'one' }) }), {});
  services.secrets.put({ SecretId: 'slot', ClientRequestToken: '1'.repeat(32), SecretString: 'kept' });
  await stack.deploy(template({ Slot: secret({ Name: 'slot', Description: 'two' }) }), {});
  expect(stack.status).toBe('UPDATE_COMPLETE');
  expect(services.secrets.describe({ SecretId: 'slot' }).Description).toBe('two');
  expect(services.secrets.get({ SecretId: 'slot' }).SecretString).toBe('kept');
});

test('a new name creates a new resource, then deletes the old one', async () => {
  await stack.deploy(template({ Slot: secret({ Name: 'old' }) }), {});
  await stack.deploy(template({ Slot: secret({ Name: 'new' }) }), {});
  expect(secretNames()).toEqual(['new']);
});

test('a resource that the template no longer has is deleted, unless its policy retains it', async () => {
  const retained = secret({ Name: 'retained' }, { DeletionPolicy: 'Retain' });
  await stack.deploy(
    template({ Gone: secret({ Name: 'gone' }), Retained: retained, Topic: { Type: 'AWS::SNS::Topic' } }),
    {},
  );
  await stack.deploy(template({ Topic: { Type: 'AWS::SNS::Topic' } }), {});
  expect(secretNames()).toEqual(['retained']);
  expect(history().slice(0, 2)).toEqual(['Gone DELETE_COMPLETE', 'Retained DELETE_SKIPPED']);
});

test('a failed creation leaves nothing, and says why', async () => {
  await stack.deploy(
    template({ Slot: secret({ Name: 'slot' }), Odd: secret({ Name: 'slot' }, { DependsOn: 'Slot' }) }),
    {},
  );
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(secretNames()).toEqual([]);
  expect(stack.events.find(({ status }) => status === 'CREATE_FAILED')).toMatchObject({
    logicalId: 'Odd',
    reason: expect.stringContaining('already exists'),
  });
});

test('a failed update changes nothing', async () => {
  const before = template({ Slot: secret({ Name: 'slot', Description: 'one' }), Other: secret({ Name: 'other' }) });
  await stack.deploy(before, {});
  await stack.deploy(
    template({
      Slot: secret({ Name: 'slot', Description: 'two' }),
      Other: secret({ Name: 'renamed' }),
      Added: secret({ Name: 'added' }),
      Odd: secret({ Name: 'slot' }),
    }),
    {},
  );
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(secretNames().sort()).toEqual(['other', 'slot']);
  expect(services.secrets.describe({ SecretId: 'slot' }).Description).toBe('one');
  expect(stack.template).toBe(before);
  await stack.delete();
  expect(secretNames()).toEqual([]);
});

test('a resource whose condition does not hold is not created', async () => {
  const conditional = template(
    { Slot: secret({ Name: 'slot' }, { Condition: 'Wanted' }), Topic: { Type: 'AWS::SNS::Topic' } },
    {
      Parameters: { Slots: { Type: 'String', Default: 'yes' } },
      Conditions: { Wanted: { 'Fn::Equals': [{ Ref: 'Slots' }, 'yes'] } },
    },
  );
  await stack.deploy(conditional, {});
  expect(secretNames()).toEqual(['slot']);
  await stack.deploy(conditional, { Slots: 'no' });
  expect(secretNames()).toEqual([]);
});

test.each<[string, Template, string]>([
  [
    'a circle',
    template({
      A: { Type: 'AWS::SNS::Topic', DependsOn: 'B' },
      B: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { 'Fn::Sub': `\${A.TopicName}` } } },
    }),
    'Circular dependency between resources: [A, B, A]',
  ],
  [
    'a reference that leads nowhere',
    template({ A: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { Ref: 'Nobody' } } } }),
    'Unresolved resource dependencies [Nobody]',
  ],
  [
    'an attribute that the type does not have',
    template({ A: { Type: 'AWS::SNS::Topic' } }, { Outputs: { Odd: { Value: { 'Fn::GetAtt': ['A', 'Odd'] } } } }),
    'resource A (AWS::SNS::Topic) does not support attribute type Odd',
  ],
  [
    'a dashboard that is not JSON',
    template({ A: { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardBody: '{' } } }),
    'DashboardBody must be a valid JSON object',
  ],
  [
    'a function without its code',
    template({
      A: {
        Type: 'AWS::Lambda::Function',
        Properties: { Runtime: 'nodejs24.x', Handler: 'index.handler', Code: { S3Bucket: 'b', S3Key: 'k' } },
      },
    }),
    'The specified key does not exist: b/k',
  ],
])('%s rolls the stack back', async (_what, broken, reason) => {
  await stack.deploy(broken, {});
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(stack.events.map((event) => event.reason).join()).toContain(reason);
});

test('a Slack channel is configured once in an account', async () => {
  const slack = (SlackChannelId: string, ConfigurationName: string) => ({
    Type: 'AWS::Chatbot::SlackChannelConfiguration',
    Properties: { SlackWorkspaceId: 'T0', SlackChannelId, ConfigurationName },
  });
  await stack.deploy(template({ Slack: slack('C0', 'a') }), {});
  const other = new Stack('Other', services);
  await other.deploy(template({ Slack: slack('C0', 'b') }), {});
  expect(other.status).toBe('ROLLBACK_COMPLETE');
  expect(other.events.map(({ reason }) => reason).join()).toContain(
    'Slack channel with ID C0 in Slack team T0 has already been configured for AWS account 123456789012',
  );
  // The channel is free again when the first stack has another one, or is deleted.
  await stack.deploy(template({ Slack: slack('C1', 'a') }), {});
  await other.delete();
  const third = new Stack('Third', services);
  await third.deploy(template({ Slack: slack('C0', 'c') }), {});
  expect([stack.status, third.status]).toEqual(['UPDATE_COMPLETE', 'CREATE_COMPLETE']);
  await stack.delete();
  await third.delete();
  expect([...services.slackChannels]).toEqual([]);
});

test('termination protection refuses deletion', async () => {
  await stack.deploy(template({ Slot: secret({ Name: 'slot' }) }), {});
  stack.terminationProtection = true;
  await expect(stack.delete()).rejects.toThrow('cannot be deleted while TerminationProtection is enabled');
  expect(secretNames()).toEqual(['slot']);
});

test('a stack has the time of its last update, if any', async () => {
  await stack.deploy(template({ Topic: { Type: 'AWS::SNS::Topic' } }), {});
  expect(stack.updatedAt).toBeUndefined();
  await stack.deploy(template({ Other: { Type: 'AWS::SNS::Topic' } }), {});
  expect(stack.updatedAt?.getTime()).toBeGreaterThanOrEqual(stack.createdAt.getTime());
});
