import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Worker } from '../worker';
import { type AlarmOptions, type AlarmSpec, type AlarmsBySeverity, addAlarms } from './add-alarms';

export interface WorkerAlarmsProps extends AlarmOptions {
  readonly worker: Worker;
}

/** SQS reports metrics every 5 minutes for an idle queue, and every minute otherwise (its documentation). */
const QUEUE_PERIOD = Duration.minutes(5);

/** Alarms for the worker and its queue. */
export class WorkerAlarms extends Construct {
  readonly alarms: AlarmsBySeverity;

  constructor(scope: Construct, id: string, { worker, ...options }: WorkerAlarmsProps) {
    super(scope, id);
    this.alarms = addAlarms(this, [deadLetters(worker), workWaits(worker), workerErrors(worker)], options);
  }
}

/**
 * The worker itself sends a job that it gives up to the dead-letter queue, which SQS counts. The number of messages that lie
 * there would keep the alarm active until somebody empties the queue, and hide the next job that is given up. Messages
 * that SQS moves there aren't counted (its documentation): WorkerErrors or WorkWaits has reported those.
 */
const deadLetters = ({ jobs }: Worker): AlarmSpec => ({
  id: 'DeadLetters',
  severity: 'ticket',
  metric: jobs.deadLetters.metricNumberOfMessagesSent({ period: QUEUE_PERIOD, statistic: Stats.SUM }),
  threshold: 1,
  description:
    'The worker gave up jobs that failed maxAttempts times (config.ts); their messages stay in the ' +
    'dead-letter queue for 14 days. Likely: a bug in lambda/job.ts, a missing scope or an outage at Atlassian ' +
    '(the error names a status), an empty or expired slot, or a job that takes longer than ' +
    "timeoutMinutes. First: read the ERROR lines of the worker's log group, which name the installation and " +
    "the error; fix the cause; then send the messages back with SQS's dead-letter queue redrive, with the worker's queue as " +
    'the custom destination.',
});

const workWaits = ({ jobs }: Worker): AlarmSpec => ({
  id: 'WorkWaits',
  severity: 'ticket',
  metric: jobs.queue.metricApproximateAgeOfOldestMessage({ period: QUEUE_PERIOD, statistic: Stats.MAXIMUM }),
  // Longest a message stays when its job always fails. An older message waits for something else.
  threshold: jobs.longestWait.toSeconds(),
  description:
    `A job has waited for more than ${jobs.longestWait.toMinutes()} minutes, longer than all its attempts take: jobs ` +
    "arrive faster than they finish, or don't run at all. Likely: worker.concurrency in config.ts or the " +
    "account's concurrency is used up, the worker's event source mapping was disabled, or jobs became slower. First: look " +
    'at JobDuration and ConcurrentExecutions in the dashboard, then at the event source mapping in the Lambda console.',
});

const workerErrors = (worker: Worker): AlarmSpec => ({
  id: 'WorkerErrors',
  severity: 'ticket',
  metric: worker.function.metricErrors({ period: Duration.hours(1), statistic: Stats.SUM }),
  threshold: 1,
  description:
    'The worker crashed, ran out of memory or timed out. A job that only fails is not counted ' +
    'here. Likely: a deployment with broken environment variables or code, or a job that ignores its ' +
    "deadline. First: read the last lines of the worker's log group; after a recent deployment, roll it back. " +
    'The job is tried again, and no message is lost.',
});
