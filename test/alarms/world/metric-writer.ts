import type { MetricName, MetricStore } from '../evaluator/metric-store';
import type { Deployment } from './deployment';
import type { Sample } from './emitted';

/** For how long SQS goes on reporting on a queue that nobody uses, in minutes (its documentation: six hours). */
const QUEUE_ACTIVE_MINUTES = 360;

/** Writes samples of one minute: the functions' own, and those that AWS writes of functions and queues. */
export class MetricWriter {
  private readonly names = new Map<string, MetricName>();

  constructor(
    private readonly store: MetricStore,
    private readonly deployment: Deployment,
  ) {}

  samples(samples: readonly Sample[], minute: number, count = 1): void {
    for (const { metric, value } of samples) this.store.add(metric, minute, value, count);
  }

  /**
   * Invocations of a function. "Invocation metrics are binary indicators of the outcome": a good one has the errors 0
   * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html).
   */
  invocations(of: keyof Deployment['functions'], minute: number, count: number, durationMs: number, failed = false) {
    const put = (name: string, value: number) => this.store.add(this.function(of, name), minute, value, count);
    put('Invocations', 1);
    put('Errors', failed ? 1 : 0);
    put('Throttles', 0);
    put('Duration', durationMs);
  }

  /** Calls that Lambda turned away. They are no invocations. */
  throttles(of: keyof Deployment['functions'], minute: number, count: number): void {
    this.store.add(this.function(of, 'Throttles'), minute, 1, count);
  }

  /**
   * The state of a queue, which SQS reports each minute: nothing of a queue that has been idle for six hours, and no age
   * while there is no message (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html).
   * Whether messages alone keep a queue active is not said; here they don't.
   */
  queue(
    of: keyof Deployment['queues'],
    minute: number,
    state: { readonly visible: number; readonly oldestSentAt: number | undefined; readonly usedAt: number | undefined },
  ): void {
    const { visible, oldestSentAt, usedAt } = state;
    if (usedAt === undefined || minute - usedAt > QUEUE_ACTIVE_MINUTES) return;
    this.store.add(this.queueMetric(of, 'ApproximateNumberOfMessagesVisible'), minute, visible);
    if (oldestSentAt !== undefined) {
      this.store.add(this.queueMetric(of, 'ApproximateAgeOfOldestMessage'), minute, (minute - oldestSentAt) * 60);
    }
  }

  private function(of: keyof Deployment['functions'], name: string): MetricName {
    return this.name('AWS/Lambda', name, 'FunctionName', this.deployment.functions[of]);
  }

  private queueMetric(of: keyof Deployment['queues'], name: string): MetricName {
    return this.name('AWS/SQS', name, 'QueueName', this.deployment.queues[of]);
  }

  private name(namespace: string, name: string, dimension: string, value: string): MetricName {
    const key = `${name} ${value}`;
    const known = this.names.get(key) ?? { namespace, name, dimensions: { [dimension]: value } };
    this.names.set(key, known);
    return known;
  }
}
