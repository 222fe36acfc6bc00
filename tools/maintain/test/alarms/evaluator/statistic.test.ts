import { MetricStore } from './metric-store';
import { statisticOf } from './statistic';

const METRIC = { namespace: 'Test', name: 'Metric', dimensions: { B: '2', A: '1' } };

/** Statistics over the minutes from `from` to before `to` of samples in minutes 1, 3 and 4. */
function statistics(from: number, to: number) {
  const store = new MetricStore(10);
  store.add(METRIC, 1, 5);
  store.add(METRIC, 3, 2, 3);
  store.add(METRIC, 4, 9);
  // Beyond the time that is simulated.
  store.add(METRIC, 10, 100);
  const series = store.find({ ...METRIC, dimensions: { A: '1', B: '2' } });
  if (!series) throw new Error('The order of dimensions must not matter.');
  return Object.fromEntries(
    ['Sum', 'SampleCount', 'Average', 'Minimum', 'Maximum', 'p50', 'p99'].map((name) => [
      name,
      statisticOf(name)(series, from, to),
    ]),
  );
}

test('of all samples in a period', () => {
  expect(statistics(0, 10)).toEqual({
    Sum: 20,
    SampleCount: 5,
    Average: 4,
    Minimum: 2,
    Maximum: 9,
    p50: 2,
    p99: 9,
  });
});

test('a period ends before the minute in which the next one begins', () => {
  expect(statistics(1, 4)).toMatchObject({ Sum: 11, SampleCount: 4, Minimum: 2, Maximum: 5 });
});

test('before the first minute there is nothing', () => {
  expect(statistics(-5, 2)).toMatchObject({ Sum: 5, SampleCount: 1, Minimum: 5, Maximum: 5, p99: 5 });
});

test('a period without a sample has no datapoint, whatever the statistic', () => {
  for (const value of Object.values(statistics(5, 9))) expect(value).toBeUndefined();
  for (const value of Object.values(statistics(-5, -1))) expect(value).toBeUndefined();
});

test('samples may be added after a look', () => {
  const store = new MetricStore(10);
  store.add(METRIC, 1, 1);
  const sum = () => {
    const series = store.find(METRIC);
    return series && statisticOf('Sum')(series, 0, 10);
  };
  expect(sum()).toBe(1);
  store.add(METRIC, 2, 2);
  expect(sum()).toBe(3);
});

test('another dimension is another metric', () => {
  const store = new MetricStore(10);
  store.add(METRIC, 1, 1);
  expect(store.find({ ...METRIC, dimensions: { A: '1' } })).toBeUndefined();
});

test('a statistic that is not emulated is an error that names it', () => {
  expect(() => statisticOf('tm90')).toThrow('The statistic tm90 is not emulated');
});
