import { WorkerAlarms } from '../../../lib/alarms/worker-alarms';
import { TokenSlot } from '../../../lib/token-slot';
import { Worker } from '../../../lib/worker';
import { alarmOptions, stageWith, WORKER_SETTINGS } from '../support/fixtures';
import { onlyIdOf, templateOf } from '../support/synth';

const template = templateOf((stack) => {
  const stage = stageWith();
  const slots = new TokenSlot(stack, 'Slot', { remoteKey: 'backend', stage });
  const worker = new Worker(stack, 'Worker', {
    settings: WORKER_SETTINGS,
    stage,
    slots,
    remoteName: 'forge-remote-dev',
  });
  new WorkerAlarms(stack, 'Alarms', { ...alarmOptions(stack), worker });
});
const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);

test('a job that the worker gives up is an alarm, which ends by itself and can report the next one', () => {
  const [deadLetters] = Object.keys(template.findResources('AWS::SQS::Queue')).filter((id) =>
    id.includes('DeadLetters'),
  );
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'AWS/SQS',
    MetricName: 'NumberOfMessagesSent',
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [deadLetters, 'QueueName'] } }],
    Statistic: 'Sum',
    Period: 300,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
});

test('a worker that crashes is an alarm', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Dimensions: [{ Name: 'FunctionName', Value: { Ref: onlyIdOf(template, 'AWS::Lambda::Function') } }],
    Statistic: 'Sum',
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
});

test('a job that waits for longer than all its tries take is an alarm', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateAgeOfOldestMessage',
    Statistic: 'Maximum',
    // 3 tries of 5 minutes each, 6 times that apart.
    Threshold: 3 * 6 * 5 * 60,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
});

test('there are no others', () => {
  expect(alarms).toHaveLength(3);
});
