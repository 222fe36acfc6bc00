import type { MetricProperties } from '../../../pictures/dashboard-body';
import { linesOf, withoutFlatRuns } from '../../../pictures/metrics/lines';
import { MetricStore } from '../../alarms/evaluator/metric-store';

const RANGE = { from: 60, to: 80 };
const CALLS = { namespace: 'Test', name: 'Calls', dimensions: { Remote: 'test' } };

/** Three samples in the second period of 5 minutes and one in the last, and one before the range. */
function storeOfCalls(): MetricStore {
  const store = new MetricStore(80);
  store.add(CALLS, 59, 100);
  store.add(CALLS, 65, 1);
  store.add(CALLS, 69, 4, 2);
  store.add(CALLS, 79, 7);
  return store;
}

const widget = (...metrics: MetricProperties['metrics']): MetricProperties => ({
  region: 'us-east-1',
  view: 'timeSeries',
  metrics,
});
const valuesOf = (properties: MetricProperties) =>
  linesOf(properties, storeOfCalls(), RANGE).map(({ points }) => points.map(({ value }) => value));

test('a metric has its statistic in each of its periods, and its own label, colour and axis', () => {
  const options = { label: 'calls', stat: 'Sum', color: '#000000', yAxis: 'right' } as const;
  const [line, ...others] = linesOf(widget(['Test', 'Calls', 'Remote', 'test', options]), storeOfCalls(), RANGE);
  expect(others).toEqual([]);
  expect(line).toEqual({
    label: 'calls',
    color: '#000000',
    axis: 'right',
    points: [
      { minute: 60, value: undefined },
      { minute: 65, value: 9 },
      { minute: 70, value: undefined },
      { minute: 75, value: 7 },
    ],
  });
});

test('a metric that says nothing more is its average every 5 minutes, under its name', () => {
  const properties = widget(['Test', 'Calls', 'Remote', 'test']);
  expect(linesOf(properties, storeOfCalls(), RANGE)[0]?.label).toBe('Calls');
  expect(valuesOf(properties)).toEqual([[undefined, 3, undefined, 7]]);
});

test('an expression takes metrics that are not drawn themselves', () => {
  const hidden = { id: 'calls', visible: false, stat: 'Maximum' };
  const properties = widget([{ expression: '2 * FILL(calls, 0)' }], ['Test', 'Calls', 'Remote', 'test', hidden]);
  expect(valuesOf(properties)).toEqual([[0, 8, 0, 14]]);
});

test.each([
  ['an id that there is not', widget([{ expression: 'calls / 60' }]), 'no metric has the id calls'],
  [
    'another period than its metric',
    widget([{ expression: 'calls / 60', period: 300 }], ['Test', 'Calls', { id: 'calls', period: 600 }]),
    'calls has a period of 600 s, not 300 s',
  ],
])('an expression with %s is an error', (_, properties, message) => {
  expect(() => valuesOf(properties)).toThrow(message);
});

test('a line stays the same without the middle of what is flat', () => {
  const points = [0, 0, 0, 1, 1, undefined, undefined, 1].map((value, minute) => ({ minute, value }));
  expect(withoutFlatRuns(points).map(({ minute }) => minute)).toEqual([0, 2, 3, 4, 5, 6, 7]);
});
