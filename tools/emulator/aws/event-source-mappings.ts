import { randomUUID } from 'node:crypto';
import { AwsError } from './aws-error';
import type { Lambda } from './lambda';
import type { QueueStore } from './queue-store';

/** The settings of an event source mapping for a queue. */
export interface EventSourceMapping {
  readonly queueArn: string;
  readonly functionName: string;
  /** Maximum of messages in an event. */
  readonly batchSize: number;
  readonly enabled: boolean;
  /** Whether the function's answer reports failed messages (`ReportBatchItemFailures`). */
  readonly reportsBatchItemFailures: boolean;
  /** Maximum of simultaneous events. `undefined`: Lambda decides. */
  readonly maximumConcurrency: number | undefined;
}

/** Limits from AWS's documentation of event source mappings for SQS. */
const FIFO_BATCH_SIZE = { min: 1, max: 10 };
const CONCURRENCY = { min: 2, max: 1000 };

/** The event source mappings of an account. queue/event-source.ts runs them. */
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
   * @throws {AwsError} InvalidParameterValueException for settings that Lambda refuses, or a missing queue or function
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
    if (queue.settings.fifo) refuseOutOfRange('BatchSize', mapping.batchSize, FIFO_BATCH_SIZE);
    if (mapping.maximumConcurrency !== undefined) {
      refuseOutOfRange('MaximumConcurrency', mapping.maximumConcurrency, CONCURRENCY);
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

function refuseOutOfRange(name: string, value: number, { min, max }: { min: number; max: number }): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw invalid(`${name} is ${value}; allowed: ${min} to ${max}.`);
}

const invalid = (message: string) => new AwsError('InvalidParameterValueException', message);
