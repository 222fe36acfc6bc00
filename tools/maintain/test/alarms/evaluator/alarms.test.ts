import { readAlarms } from './alarms';

const ALARM = {
  Namespace: 'Test',
  MetricName: 'Metric',
  Statistic: 'Sum',
  Period: 300,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  EvaluationPeriods: 1,
};
const alarm = (changes: object = {}) => ({ Type: 'AWS::CloudWatch::Alarm', Properties: { ...ALARM, ...changes } });
const read = (resources: object) => readAlarms({ Resources: resources });

/** A math alarm on the errors of m1, in per cent of m2. */
const SHARE = {
  Namespace: undefined,
  MetricName: undefined,
  Statistic: undefined,
  Period: undefined,
  Metrics: [
    { Id: 'share', Expression: '100 * m1 / m2', Label: 'Share' },
    { Id: 'm1', MetricStat: stat('Errors'), ReturnData: false },
    { Id: 'm2', MetricStat: stat('Invocations'), ReturnData: false },
  ],
};
function stat(name: string, period = 3600) {
  return { Metric: { Namespace: 'Test', MetricName: name }, Period: period, Stat: 'Sum' };
}

test('a metric alarm, with names of resources as its dimensions', () => {
  const alarms = read({
    Errors: alarm({
      Dimensions: [
        { Name: 'FunctionName', Value: { Ref: 'Receiver' } },
        { Name: 'QueueName', Value: { 'Fn::GetAtt': ['Queue', 'QueueName'] } },
      ],
      DatapointsToAlarm: 1,
      TreatMissingData: 'breaching',
      AlarmActions: [{ Ref: 'Topic' }],
      AlarmDescription: 'What it means.',
    }),
    Receiver: { Type: 'AWS::Lambda::Function', Properties: {} },
  });
  expect(alarms).toMatchObject([
    {
      id: 'Errors',
      tells: ['Topic'],
      metric: {
        periodMinutes: 5,
        periods: 1,
        datapointsToAlarm: 1,
        missingData: 'breaching',
        source: {
          metrics: [
            {
              namespace: 'Test',
              name: 'Metric',
              dimensions: { FunctionName: 'Receiver', QueueName: 'Queue.QueueName' },
            },
          ],
        },
      },
    },
  ]);
});

test("what is left out has CloudWatch's defaults", () => {
  const alarms = read({ Errors: alarm({ EvaluationPeriods: 3 }) });
  expect(alarms).toMatchObject([{ tells: [], metric: { datapointsToAlarm: 3, missingData: 'missing' } }]);
});

test('an alarm whose actions are switched off tells nobody', () => {
  const alarms = read({ Errors: alarm({ AlarmActions: ['arn'], ActionsEnabled: false }) });
  expect(alarms).toMatchObject([{ tells: [] }]);
});

test.each([
  ['GreaterThanOrEqualToThreshold', [false, true, true]],
  ['GreaterThanThreshold', [false, false, true]],
  ['LessThanOrEqualToThreshold', [true, true, false]],
  ['LessThanThreshold', [true, false, false]],
])('%s', (ComparisonOperator, expected) => {
  const [first] = read({ Errors: alarm({ ComparisonOperator, Threshold: 5 }) });
  expect([4, 5, 6].map((value) => first?.metric.breaches(value))).toEqual(expected);
});

test('a metric math alarm watches all metrics of its expression', () => {
  const alarms = read({ Share: alarm(SHARE) });
  expect(alarms).toMatchObject([
    { metric: { periodMinutes: 60, source: { metrics: [{ name: 'Errors' }, { name: 'Invocations' }] } } },
  ]);
});

const metrics = (...queries: object[]) => alarm({ ...SHARE, Metrics: queries });

test.each([
  ['a property', { A: alarm({ ThresholdMetricId: 't1' }) }, 'A: not emulated: ThresholdMetricId.'],
  ['an evaluation window', { A: alarm({ EvaluationWindow: {} }) }, 'A: not emulated: EvaluationWindow.'],
  ['a unit', { A: alarm({ Unit: 'Seconds' }) }, 'A: not emulated: Unit.'],
  ['a band', { A: alarm({ ComparisonOperator: 'GreaterThanUpperThreshold' }) }, 'GreaterThanUpperThreshold is not'],
  ['a statistic', { A: alarm({ Statistic: 'IQM' }) }, 'The statistic IQM is not emulated'],
  ['few samples', { A: alarm({ EvaluateLowSampleCountPercentile: 'ignore' }) }, 'LowSampleCountPercentile ignore'],
  ['a period', { A: alarm({ Period: 10 }) }, 'A: a period of 10 s is not emulated.'],
  ['a treatment', { A: alarm({ TreatMissingData: 'panic' }) }, 'A: TreatMissingData is panic.'],
  ['a type', { A: alarm({ Threshold: 'high' }) }, 'A: Threshold is "high"; allowed is a number.'],
  ['an intrinsic', { A: alarm({ MetricName: { 'Fn::Sub': 'x' } }) }, 'Neither text nor Ref'],
  ['a warm-up', { A: alarm({ WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 3000 } }) }, 'allows 1 to 2880'],
  ['a composite alarm', { A: { Type: 'AWS::CloudWatch::CompositeAlarm' } }, 'A: composite alarms are not emulated.'],
  ['an unknown id', { A: metrics({ Id: 'e', Expression: 'm1' }) }, 'A: no metric and no expression has the id m1.'],
  [
    'two results',
    { A: metrics({ Id: 'm1', MetricStat: stat('X') }, { Id: 'm2', MetricStat: stat('Y') }) },
    'A: ReturnData of exactly one of Metrics is to be true, not of m1, m2.',
  ],
  [
    'two periods',
    {
      A: metrics({ Id: 'm1', MetricStat: stat('X', 60) }, { Id: 'm2', MetricStat: stat('Y', 300), ReturnData: false }),
    },
    'A: the periods of its metrics differ: 60, 300 s.',
  ],
])('what is not emulated, or not right, is an error that names it: %s', (_, resources, message) => {
  expect(() => read(resources)).toThrow(message);
});
