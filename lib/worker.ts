import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { workerVariables } from '../lambda/contract/background-settings';
import { slotServiceOf } from '../lambda/contract/slot';
import { addFunction, type BackendFunctionProps } from './backend-function';
import type { WorkerOptions } from './config';
import { JobQueue, type JobQueueProps } from './job-queue';
import type { LogSettings } from './log-group';
import type { Slots } from './slots';

export interface WorkerProps extends Pick<BackendFunctionProps, 'description'> {
  readonly settings: WorkerOptions;
  readonly stage: LogSettings & JobQueueProps['stage'];
  /** Where the worker reads the tokens. */
  readonly slots: Slots;
  /** Value of the dimension `Remote` of the worker's metrics. */
  readonly remoteName: string;
}

/** The function that runs lambda/job.ts, and the queue from which it gets its work. */
export class Worker extends Construct {
  readonly jobs: JobQueue;
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  /** Of the function, in megabytes. */
  readonly memorySizeMb: number;

  constructor(scope: Construct, id: string, props: WorkerProps) {
    super(scope, id);
    const { timeoutMinutes, maxAttempts, concurrency } = props.settings;
    this.jobs = new JobQueue(this, 'Jobs', props);

    const {
      function: lambda,
      role,
      logGroup,
      memorySizeMb,
    } = addFunction(this, {
      folder: 'worker',
      service: slotServiceOf(props.slots.location),
      timeout: Duration.minutes(timeoutMinutes),
      environment: workerVariables({
        slots: props.slots.location,
        maxAttempts,
        deadLettersUrl: this.jobs.deadLetters.queueUrl,
        remoteName: props.remoteName,
      }),
      log: props.stage,
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
      maxConcurrency: concurrency,
    });
  }
}
