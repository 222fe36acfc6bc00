import { Duration } from 'aws-cdk-lib';
import { Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Worker } from '../worker';
import { type AlarmOptions, type AlarmSpec, type AlarmsBySeverity, addAlarms } from './add-alarms';

export interface WorkerAlarmsProps extends AlarmOptions {
  readonly worker: Worker;
}

/** SQS reports its queues every 5 minutes where they were idle, every minute otherwise (its documentation). */
const QUEUE_PERIOD = Duration.minutes(5);

/** Alarms for the worker and its queue. */
export class WorkerAlarms extends Construct {
  readonly alarms: AlarmsBySeverity;

  constructor(scope: Construct, id: string, { worker, ...options }: WorkerAlarmsProps) {
    super(scope, id);
    this.alarms = addAlarms(this, [deadLetters(worker), workWaits(worker), workerErrors(worker)], options);
  }
}

const deadLetters = ({ jobs }: Worker): AlarmSpec => ({
  id: 'DeadLetters',
  severity: 'ticket',
  metric: jobs.deadLetters.metricApproximateNumberOfMessagesVisible({
    period: QUEUE_PERIOD,
    statistic: Stats.MAXIMUM,
  }),
  threshold: 1,
  // SQS reports nothing of a queue that nobody has used for six hours (its documentation). The messages are still
  // there then, so the alarm stays as it was.
  treatMissingData: TreatMissingData.IGNORE,
  description:
    'The worker gave jobs up: they failed as often as maxAttempts in config.ts allows, and are kept in the ' +
    'dead-letter queue for 14 days. Likely: a fault in lambda/job.ts, a scope that the app lacks or Atlassian ' +
    'down (the error names a status), a slot that is empty or expired, or a job that takes longer than ' +
    "timeoutMinutes. First: read the ERROR lines of the worker's log group, which name the installation and " +
    "the error; mend the cause; then send the messages back with SQS's dead-letter queue redrive, to the worker's queue as " +
    'the custom destination.',
});

const workWaits = ({ jobs }: Worker): AlarmSpec => ({
  id: 'WorkWaits',
  severity: 'ticket',
  metric: jobs.queue.metricApproximateAgeOfOldestMessage({ period: QUEUE_PERIOD, statistic: Stats.MAXIMUM }),
  // Longest a message waits when its job always fails. An older one waits for something else.
  threshold: jobs.longestWait.toSeconds(),
  description:
    `A job has waited for more than ${jobs.longestWait.toMinutes()} minutes, which is longer than all its tries take: jobs ` +
    'come faster than they are done, or are not done at all. Likely: worker.concurrency in config.ts or the ' +
    "account's concurrency is used up, the event source of the worker was disabled, jobs got slower. First: JobDuration " +
    'and ConcurrentExecutions in the dashboard, then the event source mapping in the Lambda console.',
});

const workerErrors = (worker: Worker): AlarmSpec => ({
  id: 'WorkerErrors',
  severity: 'ticket',
  metric: worker.function.metricErrors({ period: Duration.hours(1), statistic: Stats.SUM }),
  threshold: 1,
  description:
    'The worker crashed, ran out of memory or was stopped at its timeout. A job that merely fails is not counted ' +
    'here. Likely: a deployment whose environment variables or code are broken, or a job that ignores its ' +
    "deadline. First: read the last lines of the worker's log group; after a fresh deployment, roll it back. " +
    'The job is tried again, and no message is lost.',
});
