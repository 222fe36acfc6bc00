import fc from 'fast-check';
import { readAlarms } from './alarms';
import { MetricStore } from './metric-store';
import { judge, MISSING_DATA } from './missing-data';
import { type ReplayOptions, replay } from './replay';

const METRIC = { namespace: 'Test', name: 'Metric', dimensions: {} };

/** An alarm that tells somebody when the metric reaches 1. */
const alarm = (changes: object = {}) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    Namespace: 'Test',
    MetricName: 'Metric',
    Statistic: 'Sum',
    Period: 300,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
    AlarmActions: ['topic'],
    ...changes,
  },
});

type Samples = readonly (readonly [minute: number, value: number])[];

function replayed(resources: object, samples: Samples, options: ReplayOptions = {}) {
  const store = new MetricStore(120);
  for (const [minute, value] of samples) store.add(METRIC, minute, value);
  return replay(readAlarms({ Resources: resources }), store, { ingestMinutes: 0, extraPeriods: 0, ...options });
}

/** The changes of the alarm `A`, as `minute state`. */
const changes = (...args: Parameters<typeof replayed>): string[] =>
  replayed(...args)
    .transitions.filter(({ alarm: id }) => id === 'A')
    .map(({ minute, to }) => `${minute} ${to}`);

test('the window slides: a sample counts from the next minute on, for one period', () => {
  expect(changes({ A: alarm() }, [[30, 1]])).toEqual(['0 OK', '31 ALARM', '36 OK']);
});

test('a sample that is on its way is not seen yet', () => {
  expect(changes({ A: alarm() }, [[30, 1]], { ingestMinutes: 2 })).toEqual(['0 OK', '33 ALARM', '36 OK']);
});

test('a breach goes on while it is the latest datapoint in the evaluation range', () => {
  expect(changes({ A: alarm() }, [[30, 1]], { extraPeriods: 2 })).toEqual(['0 OK', '31 ALARM', '46 OK']);
});

test('several periods in a row', () => {
  const every5 = [30, 35, 40, 45].map((minute) => [minute, 1] as const);
  expect(changes({ A: alarm({ EvaluationPeriods: 3 }) }, every5)).toEqual(['0 OK', '41 ALARM', '51 OK']);
});

test('before the first datapoint, and after the last, the state is INSUFFICIENT_DATA when missing is missing', () => {
  expect(changes({ A: alarm({ TreatMissingData: 'missing' }) }, [[30, 0]])).toEqual(['31 OK', '36 INSUFFICIENT_DATA']);
});

test('silence is an alarm when missing is breaching, once the whole evaluation range is silent', () => {
  const silence = { A: alarm({ ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' }) };
  const until60 = Array.from({ length: 13 }, (_, index) => [index * 5, 1] as const);
  expect(changes(silence, until60)).toEqual(['0 ALARM', '1 OK', '66 ALARM']);
  expect(changes(silence, until60, { extraPeriods: 2 })).toEqual(['0 ALARM', '1 OK', '76 ALARM']);
});

describe('a warm-up', () => {
  const warming = (configuration: object) => ({
    A: alarm({
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
      WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 30, ...configuration },
    }),
  });
  const from = (first: number) => Array.from({ length: 24 }, (_, index) => [first + index * 5, 1] as const);

  test('ends when there is no data in time', () => {
    expect(changes(warming({}), [])).toEqual(['30 ALARM']);
  });

  // The example of the CloudWatch User Guide: made at 10:00, data from 10:04 on, evaluated "at about 10:19".
  test('ends early, as soon as the evaluation window can be filled', () => {
    expect(changes(warming({}), from(4))).toEqual(['19 OK']);
  });

  test('lasts all its time when it is told to', () => {
    expect(changes(warming({ OnlyStartEvaluatingAfterWarmUpPeriodEnds: true }), from(4))).toEqual(['30 OK']);
  });

  test('is over for an alarm that is older', () => {
    expect(changes(warming({}), [], { createdAt: 60 })).toEqual(['90 ALARM']);
  });
});

test('metric math is evaluated period by period', () => {
  const share = {
    A: alarm({
      Namespace: undefined,
      MetricName: undefined,
      Statistic: undefined,
      Period: undefined,
      Metrics: [
        { Id: 'e', Expression: 'IF(m > 2, 1, 0)' },
        {
          Id: 'm',
          MetricStat: { Metric: { Namespace: 'Test', MetricName: 'Metric' }, Period: 300, Stat: 'Sum' },
          ReturnData: false,
        },
      ],
    }),
  };
  const samples: Samples = [
    [30, 2],
    [33, 1],
    [60, 2],
  ];
  expect(changes(share, samples)).toEqual(['0 OK', '34 ALARM', '36 OK']);
});

test('each alarm that has a topic tells when it begins, whichever others are on', () => {
  const resources = { A: alarm(), B: alarm({ Threshold: 2 }), C: alarm({ AlarmActions: [] }) };
  const samples: Samples = [
    [30, 1],
    [33, 2],
    [60, 1],
  ];
  expect(replayed(resources, samples).notifications.map(({ alarm: id, minute }) => [id, minute])).toEqual([
    ['A', 31],
    ['B', 34],
    ['A', 61],
  ]);
});

test('minutes that are skipped are those in which nothing changes', () => {
  const cases = fc.record({
    samples: fc.array(fc.tuple(fc.nat(119), fc.integer({ min: 0, max: 2 })), { maxLength: 12 }),
    periodMinutes: fc.constantFrom(1, 5, 20),
    periods: fc.constantFrom(1, 3),
    treatMissingData: fc.constantFrom(...MISSING_DATA),
    ingestMinutes: fc.nat(3),
    extraPeriods: fc.nat(3),
  });
  fc.assert(
    fc.property(cases, ({ samples, periodMinutes, periods, treatMissingData, ingestMinutes, extraPeriods }) => {
      const resources = {
        A: alarm({ Period: periodMinutes * 60, EvaluationPeriods: periods, TreatMissingData: treatMissingData }),
      };
      const [single] = readAlarms({ Resources: resources });
      if (!single) throw new Error('No alarm.');
      const store = new MetricStore(120);
      for (const [minute, value] of samples) store.add(METRIC, minute, value);

      const expected: string[] = [];
      let state: ReturnType<typeof judge> = 'INSUFFICIENT_DATA';
      for (let minute = 0; minute <= 120; minute++) {
        const count = periods + extraPeriods;
        const starts = Array.from({ length: count }, (_, index) => minute - (count - index) * periodMinutes);
        const points = single.metric.source.points(store, starts, minute - ingestMinutes);
        const next = judge(
          points.map((point) => (point === undefined ? undefined : point >= 1)),
          single.metric,
          state,
        );
        if (next !== state) expected.push(`${minute} ${next}`);
        state = next;
      }
      expect(changes(resources, samples, { ingestMinutes, extraPeriods })).toEqual(expected);
    }),
  );
});
