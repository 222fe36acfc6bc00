import { Duration, type Stack } from 'aws-cdk-lib';
import { InstallationSlots } from '../../lib/installation-slots';
import { Monitor, type MonitorProps } from '../../lib/monitor';
import { TokenSlot } from '../../lib/token-slot';
import { stageWith } from './support/fixtures';
import { onlyIdOf, templateOf } from './support/synth';

const PROPS = { settings: {}, stage: stageWith(), tokenInterval: Duration.hours(1), remoteName: 'forge-remote-dev' };

const singleSlot = (stack: Stack, props: Partial<MonitorProps> = {}) =>
  new Monitor(stack, 'Monitor', {
    ...PROPS,
    slots: new TokenSlot(stack, 'Slot', { remoteKey: 'backend', stage: stageWith() }),
    ...props,
  });
const template = templateOf(singleSlot);

test('it runs every 5 minutes', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(5 minutes)',
    State: 'ENABLED',
    Targets: [{ Arn: { 'Fn::GetAtt': [onlyIdOf(template, 'AWS::Lambda::Function'), 'Arn'] } }],
  });
});

test('a run ends before the next one begins, in the memory that 10,000 slots need', () => {
  template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 240, MemorySize: 256 });
});

test('it is told where the slots are, how often Forge delivers, and the name for its metrics', () => {
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: {
        FORGE_SLOT_ARN: { Ref: onlyIdOf(template, 'AWS::SecretsManager::Secret') },
        FORGE_TOKEN_INTERVAL_MINUTES: '60',
        FORGE_REMOTE_NAME: 'forge-remote-dev',
      },
    },
  });
});

test('where each installation has a slot it is told how their names begin, and after how many days they go', () => {
  const many = templateOf((stack) => {
    const slots = new InstallationSlots(stack, 'Slots', { stage: stageWith() });
    new Monitor(stack, 'Monitor', { ...PROPS, slots, settings: { reapAfterDays: 30 } });
  });
  many.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: {
        FORGE_SLOT_PREFIX: 'test/slot',
        FORGE_TOKEN_INTERVAL_MINUTES: '60',
        FORGE_REAP_AFTER_DAYS: '30',
        FORGE_REMOTE_NAME: 'forge-remote-dev',
      },
    },
  });
});

test('the one slot of a stack is never deleted', () => {
  const reaping = templateOf((stack) => singleSlot(stack, { settings: { reapAfterDays: 30 } }));
  expect(reaping.toJSON()).toEqual(template.toJSON());
});
