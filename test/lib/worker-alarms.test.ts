import { Topic } from 'aws-cdk-lib/aws-sns';
import { TokenSlot } from '../../lib/token-slot';
import { Worker } from '../../lib/worker';
import { WorkerAlarms } from '../../lib/worker-alarms';
import { onlyIdOf, templateOf } from './support/synth';

const template = templateOf((stack) => {
  const slots = new TokenSlot(stack, 'Slot', { remoteKey: 'backend', stage: 'dev' });
  const worker = new Worker(stack, 'Worker', { slots, remoteName: 'forge-remote-dev', logRetention: 30 });
  new WorkerAlarms(stack, 'Alarms', { worker, topic: new Topic(stack, 'Topic') });
});
const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);

test('a job that was given up is an alarm, which outlasts the silence of an idle queue', () => {
  const [deadLetters] = Object.keys(template.findResources('AWS::SQS::Queue')).filter((id) =>
    id.includes('DeadLetters'),
  );
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [deadLetters, 'QueueName'] } }],
    Statistic: 'Maximum',
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'ignore',
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

test('there are no others, and each tells the topic', () => {
  expect(alarms).toHaveLength(2);
  for (const { AlarmActions } of alarms) {
    expect(AlarmActions).toEqual([{ Ref: onlyIdOf(template, 'AWS::SNS::Topic') }]);
  }
});

test('each says what it means, its likely causes and what to do first, in the length that CloudWatch allows', () => {
  for (const { AlarmDescription } of alarms) {
    expect(AlarmDescription).toContain('Likely: ');
    expect(AlarmDescription).toContain('First: ');
    expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
  }
});
