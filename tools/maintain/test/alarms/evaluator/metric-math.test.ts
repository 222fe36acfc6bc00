import { parseExpression } from './expression';
import { compute, type TimeSeries } from './metric-math';

/** A time series as the CloudWatch User Guide writes it: `-` is a missing datapoint. */
const series = (text: string): TimeSeries =>
  text.split(' ').map((point) => (point === '-' ? undefined : Number(point)));

const result = (expression: string, ids: Readonly<Record<string, string>>) =>
  compute(parseExpression(expression), (id) => series(ids[id] ?? ''));

const expectSeries = (expression: string, ids: Readonly<Record<string, string>>, expected: string) =>
  expect(result(expression, ids)).toEqual(series(expected));

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html, its tables.
describe('the tables of the CloudWatch User Guide', () => {
  test.each([
    ['(metric1 < metric2)', '0 0 1 0'],
    ['(metric1 >= 30)', '1 0 0 0'],
    ['(metric1 > 15 AND metric2 > 15)', '1 0 0 0'],
  ])('%s', (expression, expected) => {
    expectSeries(expression, { metric1: '30 20 0 0', metric2: '20 - 20 -' }, expected);
  });

  test.each([
    ['IF(metric1, metric2, metric3)', '30 0 20 - -'],
    ['IF(metric1, 5, metric3)', '5 5 20 - -'],
    ['IF(metric1, metric2, 5)', '30 0 5 5 -'],
  ])('%s', (expression, expected) => {
    const ids = { metric1: '1 1 0 0 -', metric2: '30 - 0 0 30', metric3: '0 0 20 - 20' };
    expectSeries(expression, ids, expected);
  });
});

test('a missing datapoint is 0 beside another time series, and stays missing beside a scalar', () => {
  const ids = { a: '1 - 3 -', b: '10 20 - -' };
  expectSeries('a + b', ids, '11 20 3 -');
  expectSeries('a - 1', ids, '0 - 2 -');
  expectSeries('-a', ids, '-1 - -3 -');
  expectSeries('a > 0 OR b > 15', ids, '1 1 1 -');
});

test('a division by zero drops the datapoint', () => {
  expectSeries('100 * a / (a + b)', { a: '1 0 5', b: '3 0 -' }, '25 - 100');
});

test('FILL gives every period a datapoint, of a metric without any as well', () => {
  expectSeries('FILL(a, 0)', { a: '1 - 3' }, '1 0 3');
  expectSeries('FILL(a, 0) / FILL(b, 1)', { a: '- - -', b: '- 2 -' }, '0 0 0');
});

test('IF without an alternative drops the datapoint', () => {
  expectSeries('IF(a > 1, b)', { a: '1 2 3', b: '7 8 -' }, '- 8 0');
});

test('MIN, MAX and SUM of an array go period by period', () => {
  const ids = { a: '1 5 - -', b: '2 3 4 -' };
  expectSeries('MIN([a, b])', ids, '1 3 4 -');
  expectSeries('MAX([a, b])', ids, '2 5 4 -');
  expectSeries('SUM([a, b * 10])', ids, '21 35 40 -');
});

test('operators bind as in most languages', () => {
  const ids = { a: '2', b: '3' };
  expectSeries('a + b * a - b / b', ids, '7');
  expectSeries('(a + b) * a', ids, '10');
  expectSeries('a - b - a', ids, '-3');
  expectSeries('a == 2 && b != 3 || a + 1 >= b', ids, '1');
});

test.each([
  ['ANOMALY_DETECTION_BAND(a)', 'ANOMALY_DETECTION_BAND of 1 is not emulated'],
  ['SUM(a)', 'SUM is emulated of one array only'],
  ['[a, b] / 2', 'an array is emulated as the argument'],
  ['FILL(a, REPEAT)', 'expected (, got )'],
  ['a ^ 2', 'expected its end, got ^'],
  ['a +', 'expected a number, an id, a function, "(" or "[", got its end'],
  ['IF(1, a, b)', 'IF is emulated with a time series as condition only'],
])('what is not emulated is an error that names it: %s', (expression, message) => {
  expect(() => result(expression, { a: '1', b: '2' })).toThrow(message);
});
