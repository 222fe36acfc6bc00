import { Duration } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RegionalStage, WorkerOptions } from './config';
import { ownKey, WRITE_WITH_KEY, withKey } from './own-key';

/**
 * For how many of the worker's timeouts a message is hidden once the worker has it. AWS recommends 6 for the queue of a
 * Lambda function, since Lambda itself may try again when the function is throttled (AWS Lambda's documentation of SQS
 * event sources).
 */
const TIMEOUTS_HIDDEN = 6;

/**
 * Receives beyond the runs that a job may have, before SQS gives a message up. Lambda throttles where the account's
 * concurrency is used up, and a throttled receive counts. The worker itself gives up what has failed, so SQS's own count
 * is left with messages that end the function each time. AWS asks for at least 5 on a queue of a function.
 */
const RECEIVES_WITHOUT_RUN = 10;

/** The longest that SQS keeps a message (SQS API, MessageRetentionPeriod). */
const RETENTION = Duration.days(14);

export interface JobQueueProps {
  readonly settings: Pick<WorkerOptions, 'timeoutMinutes' | 'maxAttempts'>;
  readonly stage: Pick<RegionalStage, 'messageKmsKeyArn'>;
}

/**
 * Jobs on their way to the worker, and those that it gave up. A message leaves only when its job has succeeded.
 *
 * FIFO, with a message group for each installation: runs of one installation follow each other, installations run side
 * by side. A message that fails holds back the later ones of its installation until it succeeds or is given up.
 */
export class JobQueue extends Construct {
  readonly queue: Queue;
  /** Messages whose last try has failed, put there by the worker; and those that SQS gave up itself. They stay for 14 days, to be looked at and sent back. */
  readonly deadLetters: Queue;
  /** Longest a message stays when its job always fails, and no other message is before it. */
  readonly longestWait: Duration;
  private readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, { settings, stage }: JobQueueProps) {
    super(scope, id);
    const { timeoutMinutes, maxAttempts } = settings;
    this.key = ownKey(this, 'Key', stage.messageKmsKeyArn);
    const both = {
      fifo: true,
      // The receiver decides what is a duplicate. By content, two hourly runs of one installation would look the same.
      contentBasedDeduplication: false,
      // SQS's high throughput, for the same price: without it, a queue takes 300 messages a second, which a fleet of 75,000
      // with the interval fiveMinute needs. It asks for duplicates to count within a group, which is an installation.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      ...(this.key
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: this.key }
        : { encryption: QueueEncryption.SQS_MANAGED }),
      enforceSSL: true,
      retentionPeriod: RETENTION,
    };
    const visibilityTimeout = Duration.minutes(TIMEOUTS_HIDDEN * timeoutMinutes);
    this.longestWait = Duration.minutes(maxAttempts * visibilityTimeout.toMinutes());
    this.deadLetters = new Queue(this, 'DeadLetters', both);
    this.queue = new Queue(this, 'Queue', {
      ...both,
      // A message that failed comes back after this time: with Lambda nothing shows it earlier.
      visibilityTimeout,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxAttempts + RECEIVES_WITHOUT_RUN },
    });
  }

  /** Lets `grantee` put jobs into the queue, and nothing else. */
  grantSend(grantee: IGrantable): Grant {
    const grant = this.grant(grantee, ['sqs:SendMessage']);
    return withKey(grant, this.key, { grantee, service: 'sqs', actions: WRITE_WITH_KEY });
  }

  /** Lets the role of a function take jobs from the queue, and put those that it gives up to the dead letters. */
  grantConsume(grantee: IGrantable): Grant {
    // What Lambda's poller uses (AWS's managed policy AWSLambdaSQSQueueExecutionRole). CDK's own grant has two more.
    const taken = this.grant(grantee, ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']);
    const givenUp = this.grant(grantee, ['sqs:SendMessage'], this.deadLetters);
    const grant = taken.combine(givenUp);
    return withKey(grant, this.key, { grantee, service: 'sqs', actions: WRITE_WITH_KEY });
  }

  private grant(grantee: IGrantable, actions: string[], { queueArn } = this.queue): Grant {
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [queueArn] });
  }
}
