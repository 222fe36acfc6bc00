import { Duration } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RegionalStage, WorkerOptions } from './config';
import { KEY_WRITE_ACTIONS, kmsKey, withKeyRights } from './kms-key';

/**
 * The queue's visibility timeout, in timeouts of the worker. AWS recommends 6, because Lambda may retry when the
 * function is throttled (AWS Lambda's documentation of SQS event sources).
 */
const VISIBILITY_TIMEOUTS = 6;

/**
 * Receives beyond the attempts of a job, before SQS itself moves a message to the dead letters. A receive also counts
 * if Lambda is throttled, as when the account has no concurrency left. The worker moves jobs that failed, so SQS's own
 * limit only catches messages that crash the function each time. AWS asks for at least 5.
 */
const RECEIVES_WITHOUT_RUN = 10;

/** SQS's maximum (SQS API, MessageRetentionPeriod). */
const RETENTION = Duration.days(14);

export interface JobQueueProps {
  readonly settings: Pick<WorkerOptions, 'timeoutMinutes' | 'maxAttempts'>;
  readonly stage: Pick<RegionalStage, 'messageKmsKeyArn'>;
}

/**
 * The queue of jobs for the worker, and its dead letters. A message leaves only when its job has succeeded.
 *
 * FIFO, with one message group per installation: the jobs of an installation run one after the other, those of
 * different installations run in parallel. A failing job holds back the later jobs of its installation until it
 * succeeds or is moved to the dead letters.
 */
export class JobQueue extends Construct {
  readonly queue: Queue;
  /**
   * Messages whose last attempt failed, moved here by the worker, and messages that SQS moved itself. They stay for 14
   * days, so that somebody can look at them and send them back.
   */
  readonly deadLetters: Queue;
  /** Longest a message stays when its job always fails and no other message is ahead of it. */
  readonly longestWait: Duration;
  private readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, { settings, stage }: JobQueueProps) {
    super(scope, id);
    const { timeoutMinutes, maxAttempts } = settings;
    this.key = kmsKey(this, 'Key', stage.messageKmsKeyArn);
    const common = {
      fifo: true,
      // The receiver chooses deduplication ids. By content, two hourly jobs of one installation would be duplicates.
      contentBasedDeduplication: false,
      // High throughput mode, at the same price. Without it a queue takes 300 messages a second, too few for 75,000
      // installations with the interval fiveMinute. It requires deduplication within the message group, an
      // installation.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      ...(this.key
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: this.key }
        : { encryption: QueueEncryption.SQS_MANAGED }),
      enforceSSL: true,
      retentionPeriod: RETENTION,
    };
    const visibilityTimeout = Duration.minutes(VISIBILITY_TIMEOUTS * timeoutMinutes);
    this.longestWait = Duration.minutes(maxAttempts * visibilityTimeout.toMinutes());
    this.deadLetters = new Queue(this, 'DeadLetters', common);
    this.queue = new Queue(this, 'Queue', {
      ...common,
      // The delay before a failed message is retried: a function's answer can't make it visible earlier.
      visibilityTimeout,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxAttempts + RECEIVES_WITHOUT_RUN },
    });
  }

  /** Lets `grantee` send jobs to the queue, and nothing else. */
  grantSend(grantee: IGrantable): Grant {
    const grant = this.grant(grantee, ['sqs:SendMessage']);
    return withKeyRights(grant, this.key, { grantee, service: 'sqs', actions: KEY_WRITE_ACTIONS });
  }

  /** Lets a function's role receive jobs from the queue, and move failed ones to the dead letters. */
  grantConsume(grantee: IGrantable): Grant {
    // What Lambda's poller needs (AWS's managed policy AWSLambdaSQSQueueExecutionRole). CDK's own grant has two more.
    const receive = this.grant(grantee, ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']);
    const moveToDeadLetters = this.grant(grantee, ['sqs:SendMessage'], this.deadLetters);
    const grant = receive.combine(moveToDeadLetters);
    return withKeyRights(grant, this.key, { grantee, service: 'sqs', actions: KEY_WRITE_ACTIONS });
  }

  private grant(grantee: IGrantable, actions: string[], { queueArn } = this.queue): Grant {
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [queueArn] });
  }
}
