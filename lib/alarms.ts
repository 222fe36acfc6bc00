import { ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface AlarmSpec {
  readonly id: string;
  /** Its period is how far the alarm looks back. */
  readonly metric: Metric;
  /** In the metric's own unit; reaching it is an alarm. */
  readonly threshold: number;
  /** What it means, likely causes, and what to do first. At most 1,024 characters (CloudWatch, PutMetricAlarm). */
  readonly description: string;
  /**
   * What no datapoint means.
   *
   * @default TreatMissingData.NOT_BREACHING - nothing of the kind happened
   */
  readonly treatMissingData?: TreatMissingData;
}

/** Adds alarms to `scope` that tell `topic` when they begin. */
export function addAlarms(scope: Construct, topic: ITopic, specs: readonly AlarmSpec[]): void {
  const notify = new SnsAction(topic);
  for (const { id, metric, threshold, description, treatMissingData } of specs) {
    const alarm = metric.createAlarm(scope, id, {
      alarmDescription: description,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: treatMissingData ?? TreatMissingData.NOT_BREACHING,
    });
    // Only the beginning is notified: a mail for "OK" would also come from each alarm when it is created.
    alarm.addAlarmAction(notify);
  }
}
