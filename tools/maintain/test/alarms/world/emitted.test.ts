import { samplesOf } from './emitted';

/** Writes a line as the functions do. */
const say = (line: unknown) => process.stdout.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);

const EMF = {
  _aws: {
    Timestamp: 0,
    CloudWatchMetrics: [
      {
        Namespace: 'Test',
        Dimensions: [['Remote'], ['Remote', 'Reason']],
        Metrics: [{ Name: 'Refused', Unit: 'Count' }],
      },
    ],
  },
  Remote: 'test',
  Reason: 'token-expired',
  Refused: 2,
};

test('a metric is one for each set of dimensions', () => {
  expect(samplesOf(() => say(EMF))).toEqual([
    { metric: { namespace: 'Test', name: 'Refused', dimensions: { Remote: 'test' } }, value: 2 },
    {
      metric: { namespace: 'Test', name: 'Refused', dimensions: { Remote: 'test', Reason: 'token-expired' } },
      value: 2,
    },
  ]);
});

test('a log line has no metrics', () => {
  expect(samplesOf(() => say({ level: 'INFO', message: 'Call accepted.' }))).toEqual([]);
});

test.each([
  ['a metric without its value', { ...EMF, Refused: undefined }],
  ['a dimension without its value', { ...EMF, Remote: undefined }],
  ['no directives', { ...EMF, _aws: {} }],
])('what CloudWatch would not understand is an error: %s', (_, line) => {
  expect(() => samplesOf(() => say(line))).toThrow('Not the embedded metric format');
});
