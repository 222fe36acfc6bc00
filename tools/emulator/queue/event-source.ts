import type { SQSEvent } from 'aws-lambda';
import type { EventSourceMapping } from '../aws/event-source-mappings';
import type { ReceivedMessage } from '../aws/queue-message';
import type { EmulatedAws } from '../aws/server';
import { type BatchOutcome, batchFailed, judgeReport } from './batch-outcome';
import { sqsEvent } from './sqs-event';

/** What to read, and for whom. A deployed mapping can be spread into it. */
export interface EventSourceOptions extends Partial<Omit<EventSourceMapping, 'maximumConcurrency'>> {
  readonly aws: Pick<EmulatedAws, 'queues'>;
  readonly queueArn: string;
  /** Whether the function's role may read the queue. @default it may */
  readonly mayRead?: () => boolean;
  /** Runs the function once. A rejection is a function error. */
  readonly invoke: (event: SQSEvent) => Promise<unknown>;
  /** The most messages in one event. @default 10 */
  readonly batchSize?: number;
  /** The most events that are handled at once. @default 10 */
  readonly maximumConcurrency?: number | undefined;
  /** Whether the function's answer says which messages failed. @default true: unlike Lambda, where one must ask for it */
  readonly reportsBatchItemFailures?: boolean;
  /** What failed can be received again at once, and not after the visibility timeout only. @default false */
  readonly returnAtOnce?: boolean;
  /** How often to look for messages whose visibility timeout has ended, in milliseconds. @default 100 */
  readonly pollEveryMs?: number;
  /** Gets a line for each failed batch and each answer that Lambda would not like. @default it is dropped */
  readonly onProblem?: (problem: string) => void;
}

/** A queue that is being read for a function. */
export interface EventSource {
  /** Looks for messages now: after a test has moved the clock on. */
  poll(): void;
  /**
   * Settles when nothing runs and nothing can be received. Messages that wait for their visibility timeout don't count;
   * one that fails for ever, and returns at once, keeps it from settling.
   */
  idle(): Promise<void>;
  /** Reads no more, and waits for the events that are being handled. */
  stop(): Promise<void>;
}

/**
 * Plays Lambda's event source mapping for a queue in this process.
 *
 * Messages of one group are never in two events at a time, since a FIFO queue holds back the group of a message in
 * flight; several groups can be in one event, and events run side by side.
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

  /** Not at once: what is sent in one go should come in one batch, as far as it can. */
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

  /** A function that ran past the visibility timeout has lost its messages: they are received once more. */
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
