import type { Template } from 'aws-cdk-lib/assertions';
import { SLOT_ENV } from '../../lambda/contract/settings';
import { InstallationSlots } from '../../lib/installation-slots';
import { stageWith } from './support/fixtures';
import { onlyIdOf, templateOf } from './support/synth';

const slotsTemplate = (retain?: boolean): Template =>
  templateOf((stack) => {
    new InstallationSlots(stack, 'Slots', {
      stage: stageWith({ slot: { strategy: 'perInstallation', ...(retain !== undefined && { retain }) } }),
    });
  });

const template = slotsTemplate();
const CLEANUP = 'Custom::ForgeRemoteSlots';

test('their names begin with the name of the stack, which no other stage has', () => {
  let slots: InstallationSlots | undefined;
  templateOf((stack) => {
    slots = new InstallationSlots(stack, 'Slots', { stage: stageWith() });
  });
  expect(slots?.location).toEqual({ prefix: 'test/slot' });
});

test('a function deletes those secrets, and has a log of its own', () => {
  template.hasResourceProperties('AWS::Lambda::Function', {
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Timeout: 900,
    Environment: { Variables: { [SLOT_ENV.prefix]: 'test/slot' } },
    LoggingConfig: { LogGroup: { Ref: onlyIdOf(template, 'AWS::Logs::LogGroup') } },
  });
});

test('CloudFormation asks it to, and waits long enough for its answer', () => {
  template.hasResourceProperties(CLEANUP, {
    ServiceToken: { 'Fn::GetAtt': [onlyIdOf(template, 'AWS::Lambda::Function'), 'Arn'] },
    ServiceTimeout: '2100', // seconds
  });
});

test('the function and its rights are still there when it is asked to', () => {
  const [lambda] = Object.values(template.findResources('AWS::Lambda::Function'));
  expect(lambda?.DependsOn).toContain(onlyIdOf(template, 'AWS::IAM::Policy'));
});

test.each([
  [undefined, 'Delete', 'Delete'],
  [false, 'Delete', 'Delete'],
  // Not when a first deployment fails and is taken back: nothing empty is left behind.
  [true, 'RetainExceptOnCreate', 'Retain'],
])('retain: %s makes the deletion policy of what deletes them %s', (retain, policy, replaced) => {
  slotsTemplate(retain).hasResource(CLEANUP, { DeletionPolicy: policy, UpdateReplacePolicy: replaced });
});

test('to turn retain on changes the resource, and neither removes nor replaces it', () => {
  const [before, after] = [slotsTemplate(false), slotsTemplate(true)];
  expect(onlyIdOf(after, CLEANUP)).toBe(onlyIdOf(before, CLEANUP));
  // CloudFormation looks at a removal policy only together with a change of the properties.
  before.hasResourceProperties(CLEANUP, { retain: 'false' });
  after.hasResourceProperties(CLEANUP, { retain: 'true' });
});
