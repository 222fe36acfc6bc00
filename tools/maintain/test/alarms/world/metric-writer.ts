import type { MetricName, MetricStore } from '../evaluator/metric-store';
import type { Deployment } from './deployment';
import type { Sample } from './emitted';

/** For how long SQS goes on reporting on a queue that nobody uses, in minutes (its documentation: six hours). */
const QUEUE_ACTIVE_MINUTES = 360;

/** Writes samples of one minute: the functions' own, and those that AWS writes of functions and queues. */
export class MetricWriter {
  private readonly functions: Readonly<Record<keyof Deployment['functions'], FunctionMetrics>>;
  private readonly queues: Readonly<Record<keyof Deployment['queues'], QueueMetrics>>;

  constructor(
    private readonly store: MetricStore,
    { functions, queues }: Pick<Deployment, 'functions' | 'queues'>,
  ) {
    this.functions = {
      receiver: functionMetrics(functions.receiver),
      worker: functionMetrics(functions.worker),
      monitor: functionMetrics(functions.monitor),
    };
    this.queues = { jobs: queueMetrics(queues.jobs), deadLetters: queueMetrics(queues.deadLetters) };
  }

  samples(samples: readonly Sample[], minute: number, count = 1): void {
    for (const { metric, value } of samples) this.store.add(metric, minute, value, count);
  }

  /**
   * Invocations of a function. "Invocation metrics are binary indicators of the outcome": a good one has the errors 0
   * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html).
   */
  invocations(of: keyof Deployment['functions'], minute: number, count: number, durationMs: number, failed = false) {
    const metrics = this.functions[of];
    this.store.add(metrics.invocations, minute, 1, count);
    this.store.add(metrics.errors, minute, failed ? 1 : 0, count);
    this.store.add(metrics.throttles, minute, 0, count);
    this.store.add(metrics.duration, minute, durationMs, count);
  }

  /** Calls that Lambda turned away. They are no invocations. */
  throttles(of: keyof Deployment['functions'], minute: number, count: number): void {
    this.store.add(this.functions[of].throttles, minute, 1, count);
  }

  /**
   * The state of a queue, which SQS reports each minute: nothing of a queue that has been idle for six hours, and no age
   * while there is no message (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html).
   * Whether messages alone keep a queue active is not said; here they don't.
   */
  queue(
    of: keyof Deployment['queues'],
    minute: number,
    state: {
      readonly visible: number;
      /** Messages that were sent to it in this minute. @default 0 */
      readonly sent?: number;
      readonly oldestSentAt: number | undefined;
      readonly usedAt: number | undefined;
    },
  ): void {
    const { visible, sent = 0, oldestSentAt, usedAt } = state;
    if (usedAt === undefined || minute - usedAt > QUEUE_ACTIVE_MINUTES) return;
    this.store.add(this.queues[of].visible, minute, visible);
    this.store.add(this.queues[of].sent, minute, sent);
    if (oldestSentAt !== undefined) {
      this.store.add(this.queues[of].age, minute, (minute - oldestSentAt) * 60);
    }
  }
}

const functionMetrics = (name: string) => ({
  invocations: metric('AWS/Lambda', 'Invocations', { FunctionName: name }),
  errors: metric('AWS/Lambda', 'Errors', { FunctionName: name }),
  throttles: metric('AWS/Lambda', 'Throttles', { FunctionName: name }),
  duration: metric('AWS/Lambda', 'Duration', { FunctionName: name }),
});
type FunctionMetrics = ReturnType<typeof functionMetrics>;

const queueMetrics = (name: string) => ({
  visible: metric('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: name }),
  sent: metric('AWS/SQS', 'NumberOfMessagesSent', { QueueName: name }),
  age: metric('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: name }),
});
type QueueMetrics = ReturnType<typeof queueMetrics>;

const metric = (namespace: string, name: string, dimensions: MetricName['dimensions']): MetricName => ({
  namespace,
  name,
  dimensions,
});
