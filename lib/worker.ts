import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { slotServiceOf } from '../lambda/contract/slot-location';
import { workerVariables } from '../lambda/contract/worker-settings';
import { addFunction } from './backend-function';
import { JobQueue } from './job-queue';
import type { Slots } from './slots';

/** How the team's job is run. */
export interface WorkerOptions {
  /**
   * How long one run may take. Lambda allows 15 minutes.
   *
   * @default Duration.minutes(5)
   */
  readonly timeout?: Duration;
  /**
   * Runs of a message, at the most, before it goes to the dead-letter queue. From 1.
   *
   * @default 3
   */
  readonly maxAttempts?: number;
  /**
   * Runs side by side, at the most. From 2 (AWS Lambda's documentation of event sources).
   *
   * @default - as many as there are installations with work, and as the account's concurrency allows
   */
  readonly concurrency?: number;
}

export interface WorkerProps extends WorkerOptions {
  /** Where the worker reads the tokens. */
  readonly slots: Slots;
  /** Value of the dimension `Remote` of the worker's metrics. */
  readonly remoteName: string;
  readonly logRetention: RetentionDays;
  /**
   * What the function is for, as Lambda's console shows it.
   *
   * @default - none
   */
  readonly description?: string;
}

/** The function that runs lambda/job.ts, and the queue from which it gets its work. */
export class Worker extends Construct {
  readonly jobs: JobQueue;
  readonly function: IFunction;
  readonly logGroup: LogGroup;
  /** Of the function, in megabytes. */
  readonly memorySizeMb: number;

  constructor(scope: Construct, id: string, props: WorkerProps) {
    super(scope, id);
    const timeout = props.timeout ?? Duration.minutes(5);
    this.jobs = new JobQueue(this, 'Jobs', { workerTimeout: timeout, maxAttempts: props.maxAttempts ?? 3 });

    const {
      function: lambda,
      role,
      logGroup,
      memorySizeMb,
    } = addFunction(this, {
      folder: 'worker',
      service: slotServiceOf(props.slots.location),
      timeout,
      environment: workerVariables({ slots: props.slots.location, remoteName: props.remoteName }),
      logRetention: props.logRetention,
      ...(props.description !== undefined && { description: props.description }),
    });
    this.function = lambda;
    this.logGroup = logGroup;
    this.memorySizeMb = memorySizeMb;
    props.slots.grantRead(role);
    this.jobs.grantConsume(role);

    // Not through SqsEventSource, which grants more than is used.
    lambda.addEventSourceMapping('Jobs', {
      eventSourceArn: this.jobs.queue.queueArn,
      // Each run has the function's whole timeout to itself. In a batch runs would share it, one slow job would use up
      // the time of those behind it, and they would count as tried.
      batchSize: 1,
      // A job that fails is told in the answer. An error of the function is then a fault of the worker itself.
      reportBatchItemFailures: true,
      ...(props.concurrency !== undefined && { maxConcurrency: props.concurrency }),
    });
  }
}
