import { Duration } from 'aws-cdk-lib';
import { MonitorAlarms } from '../../../lib/alarms/monitor-alarms';
import { templateOf } from '../support/synth';

const alarmsTemplate = (tokenInterval: Duration) =>
  templateOf((stack) => {
    new MonitorAlarms(stack, 'Alarms', { tokenInterval, remoteName: 'forge-remote-dev' });
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
      // Two sweeps: one may be late, and an empty period would be judged by an older one.
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

test('BeatsMissed begins when a slot is late in three sweeps', () => {
  hourly.hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...COMMON,
    MetricName: 'SlotsLate',
    Period: 900,
    Statistic: 'Minimum',
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    EvaluationPeriods: 1,
    TreatMissingData: 'missing',
  });
});

test('TokenExpired begins when a slot has expired in three sweeps', () => {
  hourly.hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...COMMON,
    MetricName: 'SlotsExpired',
    Period: 900,
    Statistic: 'Minimum',
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    EvaluationPeriods: 1,
    TreatMissingData: 'missing',
  });
});

test('MonitorSilent begins when three sweeps are missing, but not on the day of the first deployment', () => {
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
  const names = alarms.map(({ MetricName }) => MetricName).sort();
  expect(names).toEqual(['MinTokenSecondsLeft', 'SlotsExpired', 'SlotsLate', 'SlotsTotal']);
});

test('only what is missing by rights on the first day waits', () => {
  expect(alarms.filter(({ WarmUpConfiguration }) => WarmUpConfiguration)).toHaveLength(1);
});

test('the descriptions have the numbers of their thresholds', () => {
  const description = (template: typeof hourly, metric: string): string =>
    Object.values(template.findResources('AWS::CloudWatch::Alarm'))
      .map(({ Properties }) => Properties)
      .find(({ MetricName }) => MetricName === metric)?.AlarmDescription ?? '';
  expect(description(hourly, 'MinTokenSecondsLeft')).toContain('under 54 minutes');
  expect(description(hourly, 'SlotsLate')).toMatch(/under 54 minutes .* every 60 minutes/);
  expect(description(alarmsTemplate(Duration.minutes(5)), 'SlotsLate')).toMatch(/under 109 minutes .* every 5 minutes/);
});
