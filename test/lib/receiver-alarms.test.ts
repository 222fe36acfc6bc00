import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { REASONS } from '../../lambda/contract/reasons';
import { ReceiverAlarms } from '../../lib/receiver-alarms';
import { onlyIdOf, templateOf } from './support/synth';

const alarmsTemplate = (singleSlot: boolean) =>
  templateOf((stack) => {
    new ReceiverAlarms(stack, 'Alarms', {
      singleSlot,
      function: new LambdaFunction(stack, 'Receiver', {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromInline('unused'),
      }),
      remoteName: 'forge-remote-dev',
      topic: new Topic(stack, 'Topic'),
    });
  });
const template = alarmsTemplate(false);
const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
const descriptionOf = (metricName: string): string =>
  alarms.find(({ MetricName }) => MetricName === metricName)?.AlarmDescription ?? '';

const OF_FUNCTION = [{ Name: 'FunctionName', Value: { Ref: onlyIdOf(template, 'AWS::Lambda::Function') } }];

test.each([
  ['Errors', { Namespace: 'AWS/Lambda', Dimensions: OF_FUNCTION, Statistic: 'Sum', Threshold: 1 }],
  ['Throttles', { Namespace: 'AWS/Lambda', Dimensions: OF_FUNCTION, Statistic: 'Sum', Threshold: 1 }],
  ['Duration', { Namespace: 'AWS/Lambda', Dimensions: OF_FUNCTION, ExtendedStatistic: 'p99', Threshold: 4000 }],
  [
    'Refused',
    {
      Namespace: 'ForgeRemote',
      Dimensions: [{ Name: 'Remote', Value: 'forge-remote-dev' }],
      Statistic: 'Sum',
      Threshold: 1,
    },
  ],
])('%s has an alarm', (MetricName, expected) => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    ...expected,
  });
});

test('there are no others', () => {
  expect(alarms.map(({ MetricName }) => MetricName).sort()).toEqual(['Duration', 'Errors', 'Refused', 'Throttles']);
});

test('each looks back over an hour, so that it lasts from one failing hourly call to the next', () => {
  for (const alarm of alarms) {
    expect(alarm).toMatchObject({ Period: 3600, EvaluationPeriods: 1 });
  }
});

test('each takes silence for health', () => {
  for (const alarm of alarms) {
    expect(alarm.TreatMissingData).toBe('notBreaching');
  }
});

test('each tells the topic when it begins, and at no other time', () => {
  for (const alarm of alarms) {
    expect(alarm.AlarmActions).toEqual([{ Ref: onlyIdOf(template, 'AWS::SNS::Topic') }]);
    expect(alarm).not.toHaveProperty('OKActions');
    expect(alarm).not.toHaveProperty('InsufficientDataActions');
  }
});

test('each says what it means, its likely causes and what to do first, in the length that CloudWatch allows', () => {
  for (const { AlarmDescription } of alarms) {
    expect(AlarmDescription).toContain('Likely');
    expect(AlarmDescription).toContain('First: ');
    expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
  }
});

test('the reasons that a description names exist', () => {
  const named = descriptionOf('Refused').match(/\b[a-z]+(-[a-z]+)+\b/g) ?? [];
  expect(named.length).toBeGreaterThan(5);
  for (const reason of named) {
    expect(Object.keys(REASONS)).toContain(reason);
  }
});

describe('where there is one slot', () => {
  const single = alarmsTemplate(true);

  test('another installation that asks for it has an alarm of its own', () => {
    single.resourceCountIs('AWS::CloudWatch::Alarm', alarms.length + 1);
    single.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Refused',
      Dimensions: [
        { Name: 'Reason', Value: 'slot-bound-elsewhere' },
        { Name: 'Remote', Value: 'forge-remote-dev' },
      ],
      Threshold: 1,
      Period: 3600,
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: onlyIdOf(single, 'AWS::SNS::Topic') }],
    });
  });

  test('and its description says what to do', () => {
    const { AlarmDescription } = Object.values(single.findResources('AWS::CloudWatch::Alarm'))
      .map(({ Properties }) => Properties)
      .find(({ Dimensions: [first] }) => first.Name === 'Reason');
    expect(AlarmDescription).toMatch(/Likely: .*First: .*slot\.strategy: 'perInstallation'.*uninstall/);
    expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
  });
});
