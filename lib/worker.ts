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

/** The function that runs lambda/job.ts, and its queue. */
export class Worker extends Construct {
  readonly jobs: JobQueue;
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  /** The function's memory, in megabytes. */
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

    // SqsEventSource would grant more rights than needed.
    lambda.addEventSourceMapping('Jobs', {
      eventSourceArn: this.jobs.queue.queueArn,
      // Each job gets the function's whole timeout. In a batch, one slow job would use up the time of the others, and
      // they would count as attempts.
      batchSize: 1,
      // A failed job is reported in the function's answer, so an error of the function is a fault of the worker itself.
      reportBatchItemFailures: true,
      maxConcurrency: concurrency,
    });
  }
}
