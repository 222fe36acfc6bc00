import { Duration } from 'aws-cdk-lib';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { MonitorAlarms, type MonitorAlarmsProps } from '../../../lib/alarms/monitor-alarms';
import { alarmOptions } from '../support/fixtures';
import { templateOf } from '../support/synth';

const alarmsTemplate = (tokenInterval: Duration, changes: Partial<MonitorAlarmsProps> = {}) =>
  templateOf((stack) => {
    new MonitorAlarms(stack, 'Alarms', {
      ...alarmOptions(stack),
      tokenInterval,
      singleSlot: false,
      remoteName: 'forge-remote-dev',
      receiver: LambdaFunction.fromFunctionName(stack, 'Receiver', 'receiver'),
      ...changes,
    });
  });
const hourly = alarmsTemplate(Duration.hours(1));
const alarms = Object.values(hourly.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);

const COMMON = {
  Namespace: 'ForgeRemote',
  Dimensions: [{ Name: 'Remote', Value: 'forge-remote-dev' }],
};

describe('TokenRunningOut', () => {
  test.each([
    ['fiveMinute', Duration.minutes(5)],
    ['hour', Duration.hours(1)],
  ])('with the interval %s, it begins with the first datapoint below 54 minutes', (_, interval) => {
    alarmsTemplate(interval).hasResourceProperties('AWS::CloudWatch::Alarm', {
      ...COMMON,
      // Two runs of the monitor: one may be late, and an empty period would be judged by an older one.
      Period: 600,
      MetricName: 'MinTokenSecondsLeft',
      Statistic: 'Minimum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 54 * 60,
      EvaluationPeriods: 1,
    });
  });

  test('is silent before the first token, when there is no datapoint', () => {
    hourly.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'MinTokenSecondsLeft',
      TreatMissingData: 'missing',
    });
  });
});

test.each([
  ['BeatsMissed', 'a slot is late', 'SlotsLate'],
  ['TokenExpired', 'a token has expired lately', 'SlotsNewlyExpired'],
  ['SlotReplaced', 'a site was reinstalled lately', 'SlotsNewlyReplaced'],
  ['KeyServer', 'the key set could not be kept', 'KeySetFailures'],
])('%s begins when %s in three runs of the monitor', (_id, _what, MetricName) => {
  hourly.hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...COMMON,
    MetricName,
    Period: 900,
    Statistic: 'Minimum',
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    EvaluationPeriods: 1,
    TreatMissingData: 'missing',
  });
});

test('NothingAccepted needs what no stranger can make: a token that is valid, and 70 minutes without an accepted call', () => {
  const alarm = alarms.find(({ Metrics }) => Metrics);
  expect(alarm).toMatchObject({ Threshold: 1, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' });
  const [{ Expression }, ...metrics] = alarm?.Metrics ?? [];
  expect(Expression).toBe('IF(accepted == 0 AND (unproven >= 2 OR errors > 0) AND life > 0, 1, 0)');
  const named = metrics.map(({ MetricStat: { Metric, Stat, Period } }: MetricQuery) => [
    Metric.MetricName,
    Stat,
    Period,
  ]);
  expect(named).toEqual([
    ['Accepted', 'Sum', 4200],
    ['Unproven', 'Sum', 4200],
    ['MinTokenSecondsLeft', 'Minimum', 4200],
    ['Errors', 'Sum', 4200],
  ]);
});

interface MetricQuery {
  readonly MetricStat: {
    readonly Metric: { readonly MetricName: string };
    readonly Stat: string;
    readonly Period: number;
  };
}

test('MonitorSilent begins when three runs are missing, but not on the day of the first deployment', () => {
  hourly.hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...COMMON,
    MetricName: 'SlotsTotal',
    Period: 300,
    Statistic: 'SampleCount',
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 1,
    EvaluationPeriods: 3,
    TreatMissingData: 'breaching',
    WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 30 },
  });
});

test('there are no others', () => {
  const names = alarms.map(({ MetricName = 'math' }) => MetricName).sort();
  expect(names).toEqual([
    'KeySetFailures',
    'MinTokenSecondsLeft',
    'SlotsLate',
    'SlotsNewlyExpired',
    'SlotsNewlyReplaced',
    'SlotsRunningOut',
    'SlotsTotal',
    'math',
  ]);
});

test('SeveralRunningOut begins with the second token, also while the alarm on the first one is on', () => {
  hourly.hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...COMMON,
    MetricName: 'SlotsRunningOut',
    Period: 600,
    Statistic: 'Maximum',
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 2,
    EvaluationPeriods: 1,
    TreatMissingData: 'missing',
  });
});

test('with one slot, there is no other', () => {
  const single = alarmsTemplate(Duration.hours(1), { singleSlot: true });
  const text = JSON.stringify(single.findResources('AWS::CloudWatch::Alarm'));
  expect(text).not.toContain('SlotsNewlyReplaced');
  expect(text).not.toContain('SlotsRunningOut');
});

test('only what is missing by rights on the first day waits, and nothing where a region knows no warm-up', () => {
  expect(alarms.filter(({ WarmUpConfiguration }) => WarmUpConfiguration)).toHaveLength(1);
  const cold = alarmsTemplate(Duration.hours(1), { stage: { alarmWarmUp: false } });
  expect(JSON.stringify(cold.findResources('AWS::CloudWatch::Alarm'))).not.toContain('WarmUp');
});

test('the descriptions have the numbers of their thresholds', () => {
  const description = (template: typeof hourly, metric: string): string =>
    Object.values(template.findResources('AWS::CloudWatch::Alarm'))
      .map(({ Properties }) => Properties)
      .find(({ MetricName }) => MetricName === metric)?.AlarmDescription ?? '';
  expect(description(hourly, 'MinTokenSecondsLeft')).toContain('less than 54 minutes');
  expect(description(hourly, 'SlotsLate')).toMatch(/less than 54 minutes .* every 60 minutes/);
  expect(description(alarmsTemplate(Duration.minutes(5)), 'SlotsLate')).toMatch(
    /less than 109 minutes .* every 5 minutes/,
  );
});
