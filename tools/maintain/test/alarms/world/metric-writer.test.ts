import { MetricStore } from '../evaluator/metric-store';
import { statisticOf } from '../evaluator/statistic';
import { MetricWriter } from './metric-writer';

function written(write: (writer: MetricWriter) => void) {
  const store = new MetricStore(1_000);
  write(
    new MetricWriter(store, {
      functions: { receiver: 'receiver', worker: 'worker', monitor: 'monitor' },
      queues: { jobs: 'jobs', deadLetters: 'dead' },
    }),
  );
  return (namespace: string, name: string, dimensions: Record<string, string>, statistic: string) => {
    const series = store.find({ namespace, name, dimensions });
    return series && statisticOf(statistic)(series, 0, 1_000);
  };
}

test('an invocation that succeeds has the errors 0, one that fails 1', () => {
  const sum = written((writer) => {
    writer.invocations('receiver', 1, 3, 900);
    writer.invocations('receiver', 2, 1, 900, true);
    writer.throttles('receiver', 3, 2);
  });
  const of = { FunctionName: 'receiver' };
  expect(sum('AWS/Lambda', 'Invocations', of, 'Sum')).toBe(4);
  expect(sum('AWS/Lambda', 'Errors', of, 'Sum')).toBe(1);
  expect(sum('AWS/Lambda', 'Errors', of, 'SampleCount')).toBe(4);
  expect(sum('AWS/Lambda', 'Throttles', of, 'Sum')).toBe(2);
  expect(sum('AWS/Lambda', 'Duration', of, 'Average')).toBe(900);
});

test('SQS falls silent about a queue that nobody has used for six hours, messages or not', () => {
  const of = { QueueName: 'dead' };
  const statistic = written((writer) => {
    for (let minute = 0; minute < 1_000; minute++) {
      writer.queue('deadLetters', minute, { visible: 2, oldestSentAt: 100, usedAt: minute < 100 ? undefined : 100 });
    }
  });
  expect(statistic('AWS/SQS', 'ApproximateNumberOfMessagesVisible', of, 'SampleCount')).toBe(361);
  expect(statistic('AWS/SQS', 'ApproximateAgeOfOldestMessage', of, 'Maximum')).toBe(360 * 60);
});

test('a queue without a message has no age', () => {
  const statistic = written((writer) => {
    writer.queue('jobs', 1, { visible: 0, oldestSentAt: undefined, usedAt: 1 });
  });
  const of = { QueueName: 'jobs' };
  expect(statistic('AWS/SQS', 'ApproximateNumberOfMessagesVisible', of, 'Maximum')).toBe(0);
  expect(statistic('AWS/SQS', 'ApproximateAgeOfOldestMessage', of, 'Maximum')).toBeUndefined();
});
