import { Match } from 'aws-cdk-lib/assertions';
import { FORGE_JWKS_URL, RECEIVER_ENV, SLOT_ENV } from '../../lambda/contract/settings';
import type { StageInput } from '../../lib/config';
import { ForgeRemote, type ForgeRemoteProps } from '../../lib/forge-remote';
import { REMOTE_PROPS, remoteProps } from './support/fixtures';
import { onceForEach, onlyIdOf, templateOf } from './support/synth';

const remoteTemplate = onceForEach((options: Partial<StageInput> = {}, props: Partial<ForgeRemoteProps> = {}) =>
  templateOf((stack) => new ForgeRemote(stack, 'ForgeRemote', { ...remoteProps(options), ...props })),
);

const withVariable = (name: string, value: unknown) => ({ Environment: { Variables: { [name]: value } } });

test('the receiver writes to the slot', () => {
  const template = remoteTemplate();
  const slot = { Ref: onlyIdOf(template, 'AWS::SecretsManager::Secret') };
  template.hasResourceProperties('AWS::Lambda::Function', withVariable(SLOT_ENV.secretArn, slot));
});

test("the receiver's metrics and the alarm on them have the same dimension: the stack's name", () => {
  const template = remoteTemplate();
  template.hasResourceProperties('AWS::Lambda::Function', withVariable(RECEIVER_ENV.remoteName, 'test'));
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { Dimensions: [{ Name: 'Remote', Value: 'test' }] });
});

test('every alarm that notifies goes to a topic that the addresses are subscribed to', () => {
  const template = remoteTemplate({ alarmEmails: ['ops@example.com'] });
  const topics = Object.keys(template.findResources('AWS::SNS::Topic'));
  expect(topics).toHaveLength(2);
  for (const Ref of topics) {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmActions: [{ Ref }] });
    template.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'ops@example.com', TopicArn: { Ref } });
  }
});

test("tokens are verified with Forge's keys unless another key set is named", () => {
  remoteTemplate().hasResourceProperties('AWS::Lambda::Function', withVariable(RECEIVER_ENV.jwksUrl, FORGE_JWKS_URL));
  const jwksUrl = 'http://127.0.0.1:8080/jwks.json';
  remoteTemplate({}, { jwksUrl }).hasResourceProperties(
    'AWS::Lambda::Function',
    withVariable(RECEIVER_ENV.jwksUrl, jwksUrl),
  );
});

test('keys are trusted for a day unless another time is given', () => {
  const hours = (text: string) => withVariable(RECEIVER_ENV.trustKeysForHours, text);
  remoteTemplate().hasResourceProperties('AWS::Lambda::Function', hours('24'));
  remoteTemplate({ trustKeysForHours: 6 }).hasResourceProperties('AWS::Lambda::Function', hours('6'));
});

test('Isolated Clouds are not served unless they are named', () => {
  const isolatedCloud = { jwksUrlTemplate: 'https://keys.example/{icLabel}', apiHosts: ['api.isolated.example'] };
  const cloud = (value: unknown) => withVariable(RECEIVER_ENV.isolatedCloud, value);
  remoteTemplate().hasResourceProperties('AWS::Lambda::Function', cloud(Match.absent()));
  remoteTemplate({ isolatedCloud }).hasResourceProperties(
    'AWS::Lambda::Function',
    cloud(Match.serializedJson(isolatedCloud)),
  );
});

test('settings reach what they set', () => {
  const template = remoteTemplate({ slot: { retain: true }, logRetentionDays: 7, reservedConcurrency: 3 });
  template.hasResource('AWS::SecretsManager::Secret', { DeletionPolicy: 'RetainExceptOnCreate' });
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  template.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 3 });
});

test('two remotes can share a stack', () => {
  const template = templateOf((stack) => {
    new ForgeRemote(stack, 'First', REMOTE_PROPS);
    new ForgeRemote(stack, 'Second', REMOTE_PROPS);
  });
  template.resourceCountIs('AWS::Lambda::Url', 2);
});

test('an API on this machine is named to the receiver only where it is asked for', () => {
  const localApiOrigin = 'http://127.0.0.1:8081';
  remoteTemplate({}, { localApiOrigin }).hasResourceProperties(
    'AWS::Lambda::Function',
    withVariable(RECEIVER_ENV.localApiOrigin, localApiOrigin),
  );
  expect(JSON.stringify(remoteTemplate().toJSON())).not.toContain(RECEIVER_ENV.localApiOrigin);
});

test('the receiver sends to the queue that the worker reads', () => {
  const template = remoteTemplate();
  const [source] = Object.values(template.findResources('AWS::Lambda::EventSourceMapping'));
  const queue = source?.Properties.EventSourceArn['Fn::GetAtt'][0];
  template.hasResourceProperties('AWS::Lambda::Function', withVariable(RECEIVER_ENV.queueUrl, { Ref: queue }));
});

describe('with a slot for each installation', () => {
  const template = remoteTemplate({ slot: { strategy: 'perInstallation' } });

  test('there is no secret until somebody calls, and receiver and worker know how its name begins', () => {
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
    for (const name of [RECEIVER_ENV.jwksUrl, 'FORGE_REMOTE_NAME']) {
      template.hasResourceProperties('AWS::Lambda::Function', {
        Environment: { Variables: { [name]: Match.anyValue(), [SLOT_ENV.prefix]: 'test/slot' } },
      });
    }
  });

  test('the slots are deleted after the receiver, which would make new ones', () => {
    const [cleanup] = Object.keys(template.findResources('Custom::ForgeRemoteSlots'));
    const [receiver] = Object.values(template.findResources('AWS::Lambda::Function', { Properties: { Timeout: 5 } }));
    expect(receiver?.DependsOn).toContain(cleanup);
  });

  test('nobody can take the slot of another, so there is no alarm for it', () => {
    expect(JSON.stringify(template.findResources('AWS::CloudWatch::Alarm'))).not.toContain('"slot-bound-elsewhere"');
    expect(JSON.stringify(remoteTemplate().findResources('AWS::CloudWatch::Alarm'))).toContain(
      '"slot-bound-elsewhere"',
    );
  });
});
