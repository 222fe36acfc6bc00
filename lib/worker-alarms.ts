import { Duration } from 'aws-cdk-lib';
import { Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { addAlarms } from './alarms';
import type { Worker } from './worker';

export interface WorkerAlarmsProps {
  readonly worker: Worker;
  /** Is told when an alarm begins. */
  readonly topic: ITopic;
}

/** What can be wrong with the worker, as alarms. */
export class WorkerAlarms extends Construct {
  constructor(scope: Construct, id: string, { worker, topic }: WorkerAlarmsProps) {
    super(scope, id);
    addAlarms(this, topic, [
      {
        id: 'DeadLetters',
        metric: worker.jobs.deadLetters.metricApproximateNumberOfMessagesVisible({
          period: Duration.minutes(5),
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
          "the error; mend the cause; then send the messages back with SQS's dead-letter queue redrive.",
      },
      {
        id: 'Errors',
        metric: worker.function.metricErrors({ period: Duration.hours(1), statistic: Stats.SUM }),
        threshold: 1,
        description:
          'The worker crashed, ran out of memory or was stopped at its timeout. A job that merely fails is not counted ' +
          'here. Likely: a deployment whose environment variables or code are broken, or a job that ignores its ' +
          "deadline. First: read the last lines of the worker's log group; after a fresh deployment, roll it back. " +
          'The job is tried again, and no message is lost.',
      },
    ]);
  }
}
