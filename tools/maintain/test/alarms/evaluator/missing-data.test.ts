import { type AlarmState, type Breaching, judge, MISSING_DATA } from './missing-data';

/** Datapoints as the CloudWatch User Guide writes them: 0 is good, X breaches, - is missing; the latest is the last. */
const points = (text: string): Breaching[] =>
  text.split(' ').map((point) => (point === '-' ? undefined : point === 'X'));

/** A state that no rule yields by itself here, so that keeping it shows. */
const KEPT = 'the state so far';

function judgements(datapoints: string, datapointsToAlarm: number, periods = 3): string[] {
  return MISSING_DATA.map((missingData) => {
    const states: readonly AlarmState[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];
    const evaluation = { periods, datapointsToAlarm, missingData };
    const results = new Set(states.map((current) => judge(points(datapoints), evaluation, current)));
    return results.size === 1 ? [...results].join('') : KEPT;
  });
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, its two tables. The
// columns are in another order there: here missing, notBreaching, breaching, ignore.
describe('the tables of the CloudWatch User Guide', () => {
  test.each([
    ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', 'INSUFFICIENT_DATA', 'OK', 'ALARM', KEPT],
    ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - X - -', 'ALARM', 'OK', 'ALARM', KEPT],
  ])('3 out of 3: %s', (datapoints, ...states) => {
    expect(judgements(datapoints, 3)).toEqual(states);
  });

  test.each([
    ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - X -', 'ALARM', 'OK', 'ALARM', KEPT],
  ])('2 out of 3: %s', (datapoints, ...states) => {
    expect(judgements(datapoints, 2)).toEqual(states);
  });
});

test.each(['- - - - X', '- - - X -'])(
  'a breach that may be followed by good news is no alarm yet: %s',
  (datapoints) => {
    expect(judgements(datapoints, 3)).toEqual(['INSUFFICIENT_DATA', 'OK', 'ALARM', KEPT]);
  },
);

test('a breach is old enough anywhere in the range', () => {
  expect(judgements('X - - - -', 3)).toEqual(['ALARM', 'OK', 'ALARM', KEPT]);
});

test.each(['- - - X 0', '- - X - 0'])('good news after a breach is good news: %s', (datapoints) => {
  expect(judgements(datapoints, 3)[0]).toBe('OK');
});

test('enough real datapoints count alone, from however far back', () => {
  expect(judgements('X - X - X', 3)).toEqual(['ALARM', 'ALARM', 'ALARM', 'ALARM']);
  expect(judgements('0 X X - -', 3)).toEqual(['OK', 'OK', 'OK', 'OK']);
});

test('one breach is enough for 1 out of 1, and goes on until it leaves the range', () => {
  expect(judgements('0 0 X', 1, 1)).toEqual(['ALARM', 'ALARM', 'ALARM', 'ALARM']);
  expect(judgements('X - -', 1, 1)).toEqual(['ALARM', 'ALARM', 'ALARM', 'ALARM']);
  expect(judgements('X - 0', 1, 1)).toEqual(['OK', 'OK', 'OK', 'OK']);
});
