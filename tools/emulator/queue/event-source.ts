import type { SQSEvent } from 'aws-lambda';
import type { EventSourceMapping } from '../aws/event-source-mappings';
import type { ReceivedMessage } from '../aws/queue-message';
import type { EmulatedAws } from '../aws/server';
import { type BatchOutcome, batchFailed, judgeReport } from './batch-outcome';
import { sqsEvent } from './sqs-event';

/** The queue and its function. A deployed mapping can be spread into it. */
export interface EventSourceOptions extends Partial<Omit<EventSourceMapping, 'maximumConcurrency'>> {
  readonly aws: Pick<EmulatedAws, 'queues'>;
  readonly queueArn: string;
  /** Whether the function's role may read the queue. @default true */
  readonly mayRead?: () => boolean;
  /** Invokes the function. Rejects with a function error. */
  readonly invoke: (event: SQSEvent) => Promise<unknown>;
  /** Maximum of messages in an event. @default 10 */
  readonly batchSize?: number;
  /** Maximum of simultaneous events. @default 10 */
  readonly maximumConcurrency?: number | undefined;
  /** Whether the function's answer reports failed messages. @default true, unlike in Lambda */
  readonly reportsBatchItemFailures?: boolean;
  /** Whether failed messages return at once, instead of after the visibility timeout. @default false */
  readonly returnAtOnce?: boolean;
  /** How often to poll for messages whose visibility timeout has ended, in milliseconds. @default 100 */
  readonly pollEveryMs?: number;
  /** Receives a line for each failed batch and each invalid answer. @default dropped */
  readonly onProblem?: (problem: string) => void;
}

/** A running event source. */
export interface EventSource {
  /** Polls now, such as after a test has moved the clock. */
  poll(): void;
  /**
   * Resolves when nothing runs and nothing can be received. Doesn't wait for visibility timeouts. Never resolves while a
   * message keeps failing and returns at once.
   */
  idle(): Promise<void>;
  /** Stops polling, and waits for running events. */
  stop(): Promise<void>;
}

/**
 * Runs an event source mapping for a queue, as Lambda does.
 *
 * Messages of one group are never in two events at a time, because a FIFO queue holds back the group of a message in flight.
 * An event can have several groups, and events run in parallel.
 *
 * @throws {AwsError} QueueDoesNotExist
 */
export function startEventSource(options: EventSourceOptions): EventSource {
  const { aws, queueArn, invoke, batchSize = 10, enabled = true, reportsBatchItemFailures = true } = options;
  const { maximumConcurrency = 10, returnAtOnce = false, pollEveryMs = 100 } = options;
  const { mayRead = () => true, onProblem = () => undefined } = options;
  const queue = aws.queues.get(queueArn);
  const running = new Set<Promise<void>>();
  let stopped = !enabled;
  let pollIsDue = false;

  function poll(): void {
    while (!stopped && running.size < maximumConcurrency && mayRead()) {
      const messages = queue.receive(batchSize);
      if (messages.length === 0) return;
      const batch = handle(messages).finally(() => {
        running.delete(batch);
        pollSoon();
      });
      running.add(batch);
    }
  }

  /** Delayed, so that messages sent together come in one batch if possible. */
  function pollSoon(): void {
    if (pollIsDue || stopped) return;
    pollIsDue = true;
    setImmediate(() => {
      pollIsDue = false;
      poll();
    });
  }

  async function handle(messages: readonly ReceivedMessage[]): Promise<void> {
    const { returned, problem } = await run(messages);
    if (problem !== undefined) onProblem(problem);
    for (const { id, receiptHandle } of messages) {
      if (!returned.has(id)) attempt(() => queue.delete(receiptHandle));
      else if (returnAtOnce) attempt(() => queue.changeVisibility(receiptHandle, 0));
    }
  }

  async function run(messages: readonly ReceivedMessage[]): Promise<BatchOutcome> {
    try {
      const answer = await invoke(sqsEvent(messages, queueArn));
      return judgeReport(reportsBatchItemFailures ? answer : undefined, messages);
    } catch (error) {
      return batchFailed(messages, `The function failed: ${messageOf(error)}.`);
    }
  }

  /** After the visibility timeout, the function has lost its messages: they are received again. */
  function attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      onProblem(messageOf(error));
    }
  }

  const stopListening = queue.onChange(pollSoon);
  const timer = setInterval(poll, pollEveryMs);
  timer.unref();
  pollSoon();

  return {
    poll,
    async idle() {
      for (poll(); running.size > 0; poll()) await Promise.race(running);
    },
    async stop() {
      stopped = true;
      stopListening();
      clearInterval(timer);
      await Promise.all(running);
    },
  };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
