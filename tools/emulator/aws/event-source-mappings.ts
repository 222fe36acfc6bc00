import { randomUUID } from 'node:crypto';
import { AwsError } from './aws-error';
import type { Lambda } from './lambda';
import type { QueueStore } from './queue-store';

/** What Lambda is told of a queue that it reads for a function. */
export interface EventSourceMapping {
  readonly queueArn: string;
  readonly functionName: string;
  /** The most messages in one event. */
  readonly batchSize: number;
  readonly enabled: boolean;
  /** Whether the function's answer says which messages failed (`ReportBatchItemFailures`). */
  readonly reportsBatchItemFailures: boolean;
  /** The most events that are handled at once. `undefined`: as many as Lambda likes. */
  readonly maximumConcurrency: number | undefined;
}

/** Limits from AWS's documentation of event source mappings for SQS. */
const FIFO_BATCH_SIZE = { min: 1, max: 10 };
const CONCURRENCY = { min: 2, max: 1000 };

/** The event source mappings of an account. They are kept here; local/queue/event-source.ts plays one. */
export class EventSourceMappings {
  readonly #lambda: Lambda;
  readonly #queues: QueueStore;
  readonly #byId = new Map<string, EventSourceMapping>();

  constructor(lambda: Lambda, queues: QueueStore) {
    this.#lambda = lambda;
    this.#queues = queues;
  }

  /**
   * Creates a mapping, or changes the one with this id.
   *
   * @returns the mapping's id, a UUID
   * @throws {AwsError} InvalidParameterValueException for what Lambda refuses, and when queue or function don't exist
   */
  put(mapping: EventSourceMapping, id: string = randomUUID()): string {
    const queue = this.#queues.get(mapping.queueArn);
    const { timeoutSeconds } = this.#lambda.get(mapping.functionName);
    const { visibilityTimeoutSeconds } = queue.settings;
    if (visibilityTimeoutSeconds < timeoutSeconds) {
      throw invalid(
        `Queue visibility timeout: ${visibilityTimeoutSeconds} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
      );
    }
    if (queue.settings.fifo) checkRange('BatchSize', mapping.batchSize, FIFO_BATCH_SIZE);
    if (mapping.maximumConcurrency !== undefined) {
      checkRange('MaximumConcurrency', mapping.maximumConcurrency, CONCURRENCY);
    }
    this.#byId.set(id, mapping);
    return id;
  }

  remove(id: string): void {
    this.#byId.delete(id);
  }

  all(): EventSourceMapping[] {
    return [...this.#byId.values()];
  }
}

function checkRange(name: string, value: number, { min, max }: { min: number; max: number }): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw invalid(`${name} is ${value}; allowed: ${min} to ${max}.`);
}

const invalid = (message: string) => new AwsError('InvalidParameterValueException', message);
