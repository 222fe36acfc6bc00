import { Match } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { REASONS } from '../../../lambda/contract/outcomes';
import { ReceiverAlarms } from '../../../lib/alarms/receiver-alarms';
import { alarmOptions } from '../support/fixtures';
import { onlyIdOf, templateOf } from '../support/synth';

const alarmsTemplate = (singleSlot: boolean, hasJobs = true) =>
  templateOf((stack) => {
    new ReceiverAlarms(stack, 'Alarms', {
      ...alarmOptions(stack),
      singleSlot,
      hasJobs,
      function: new LambdaFunction(stack, 'Receiver', {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromInline('unused'),
      }),
      remoteName: 'forge-remote-dev',
    });
  });
const template = alarmsTemplate(false);
const alarmsOf = (from: typeof template) =>
  Object.values(from.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
const alarms = alarmsOf(template);

const OF_FUNCTION = [{ Name: 'FunctionName', Value: { Ref: onlyIdOf(template, 'AWS::Lambda::Function') } }];
const OF_REMOTE = [{ Name: 'Remote', Value: 'forge-remote-dev' }];
const byReason = (reason: string) => [{ Name: 'Reason', Value: reason }, ...OF_REMOTE];
/** An alarm on refused calls, by their dimensions. */
const refusals = (Dimensions: object[], Threshold: number) => ({
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  EvaluationPeriods: 1,
  Threshold,
  Metrics: [
    { Expression: 'refused + 0 * accepted', Id: 'expr_1' },
    { Id: 'refused', MetricStat: { Metric: { MetricName: 'Refused', Dimensions }, Period: 4200, Stat: 'Sum' } },
    { Id: 'accepted', MetricStat: { Metric: { MetricName: 'Accepted', Dimensions: OF_REMOTE }, Period: 4200 } },
  ].map((part) => Match.objectLike(part)),
});
const OURS = { Namespace: 'ForgeRemote', Statistic: 'Sum' };

test.each([
  [
    'a crash',
    { Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions: OF_FUNCTION, Statistic: 'Sum', Threshold: 1 },
  ],
  ['a throttle', { Namespace: 'AWS/Lambda', MetricName: 'Throttles', Dimensions: OF_FUNCTION, Threshold: 1 }],
  ['slowness', { MetricName: 'Duration', Dimensions: OF_FUNCTION, ExtendedStatistic: 'p99', Threshold: 4000 }],
  [
    'a refusal of a call that Forge signed, three times in a row',
    { ...OURS, MetricName: 'Failed', Dimensions: OF_REMOTE, Threshold: 1, EvaluationPeriods: 3 },
  ],
])('%s has an alarm', (_what, expected) => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    ...expected,
  });
});

test.each([
  ['a flood', OF_REMOTE, 4200],
  ['a genuine call without a token', byReason('system-token-missing'), 1],
  ['a slot that takes no token', byReason('slot-unavailable'), 3],
  ['a queue that takes no job', byReason('queue-unavailable'), 3],
])('%s has an alarm, which sees the calls that went well as well', (_what, Dimensions, Threshold) => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', refusals(Dimensions, Threshold));
});

test.each([
  [
    'more than half of the signed calls that fail',
    'IF(failed >= 3 OR (failed >= 2 AND accepted == 0), 100 * failed / (failed + accepted), 0)',
    ['ForgeRemote Failed', 'ForgeRemote Accepted'],
    { Threshold: 50, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1 },
  ],
  [
    'more than half of the runs that crash',
    '100 * errors / invocations',
    ['AWS/Lambda Errors', 'AWS/Lambda Invocations'],
    { Threshold: 50, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1 },
  ],
  [
    'calls that nobody can prove, while none is accepted,',
    'IF(accepted == 0, unproven, 0)',
    ['ForgeRemote Unproven', 'ForgeRemote Accepted'],
    { Threshold: 3, ComparisonOperator: 'GreaterThanOrEqualToThreshold', EvaluationPeriods: 1 },
  ],
  [
    'a token that came too old, twice in a row,',
    'older + 0 * accepted',
    ['ForgeRemote Older', 'ForgeRemote Accepted'],
    { Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold', EvaluationPeriods: 2 },
  ],
])('%s has an alarm', (_what, expression, metrics, expected) => {
  const alarm = alarms.find(({ Metrics = [] }) => Metrics[0]?.Expression === expression);
  expect(alarm).toMatchObject(expected);
  const parts: { MetricStat: { Metric: { Namespace: string; MetricName: string }; Period: number; Stat: string } }[] =
    alarm?.Metrics.slice(1);
  expect(parts.map(({ MetricStat: { Metric } }) => `${Metric.Namespace} ${Metric.MetricName}`)).toEqual(metrics);
  for (const { MetricStat } of parts) expect(MetricStat).toMatchObject({ Period: 4200, Stat: 'Sum' });
});

test('what nobody can prove wakes nobody here', () => {
  const pages = alarms.filter(({ AlarmActions }) => JSON.stringify(AlarmActions).includes('Page'));
  expect(pages).toHaveLength(3);
  expect(JSON.stringify(pages)).not.toContain('Unproven');
});

test('there are no others', () => {
  expect(alarms).toHaveLength(12);
});

test('without a queue there is no alarm of one', () => {
  expect(JSON.stringify(alarmsOf(alarmsTemplate(false, false)))).not.toContain('queue-unavailable');
});

test('each looks back over an hour and ten minutes, so that it lasts from one failing hourly call to the next', () => {
  for (const { Period, Metrics = [] } of alarms) {
    const periods = Metrics.flatMap(({ MetricStat }: { MetricStat?: { Period: number } }) => MetricStat?.Period ?? []);
    expect([Period, ...periods].filter((period) => period !== undefined && period !== 4200)).toEqual([]);
  }
});

test('each takes silence for health', () => {
  for (const alarm of alarms) expect(alarm.TreatMissingData).toBe('notBreaching');
});

test('the reasons that the descriptions name exist', () => {
  const named = alarms.flatMap(({ AlarmDescription }) => AlarmDescription.match(/\(([a-z]+-[a-z-]+)[:,)]/g) ?? []);
  expect(named.length).toBeGreaterThan(5);
  for (const reason of named) expect(Object.keys(REASONS)).toContain(reason.replaceAll(/[(:,)]/g, ''));
});

test('where there is one slot, another installation that asks for it has an alarm of its own', () => {
  const single = alarmsTemplate(true);
  single.resourceCountIs('AWS::CloudWatch::Alarm', alarms.length + 1);
  single.hasResourceProperties('AWS::CloudWatch::Alarm', refusals(byReason('slot-bound-elsewhere'), 1));
});
