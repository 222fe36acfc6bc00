import { Duration, Stack } from 'aws-cdk-lib';
import { InstallationSlots } from '../../lib/installation-slots';
import { Monitor, type MonitorProps } from '../../lib/monitor';
import { TokenSlot } from '../../lib/token-slot';
import { onlyIdOf, templateOf, testApp } from './support/synth';

const PROPS = { tokenInterval: Duration.hours(1), remoteName: 'forge-remote-dev', logRetention: 30 } as const;

const singleSlot = (stack: Stack, props: Partial<MonitorProps> = {}) =>
  new Monitor(stack, 'Monitor', {
    ...PROPS,
    slots: new TokenSlot(stack, 'Slot', { remoteKey: 'backend', stage: 'dev' }),
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

test('a sweep ends before the next one begins, in the memory that 10,000 slots need', () => {
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
    const slots = new InstallationSlots(stack, 'Slots', { stage: 'dev', logRetention: 30 });
    new Monitor(stack, 'Monitor', { ...PROPS, slots, reapAfter: Duration.days(30) });
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

test('the one slot of a stack is not to be deleted', () => {
  const stack = new Stack(testApp(), 'test');
  expect(() => singleSlot(stack, { reapAfter: Duration.days(30) })).toThrow(
    /reapAfter is set, and there is one slot.*'perInstallation'/,
  );
});
