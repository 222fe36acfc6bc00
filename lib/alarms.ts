import type { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  type CfnAlarm,
  ComparisonOperator,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface AlarmSpec {
  readonly id: string;
  /** Its period is how far the alarm looks back, times {@link periods}. */
  readonly metric: Metric;
  /** In the metric's own unit; reaching it is an alarm, or falling below it where {@link comparison} says so. */
  readonly threshold: number;
  /** @default ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD */
  readonly comparison?: ComparisonOperator;
  /**
   * How many periods in a row have to be bad.
   *
   * @default 1
   */
  readonly periods?: number;
  /** What it means, likely causes, and what to do first. At most 1,024 characters (CloudWatch, PutMetricAlarm). */
  readonly description: string;
  /**
   * What no datapoint means.
   *
   * @default TreatMissingData.NOT_BREACHING - nothing of the kind happened
   */
  readonly treatMissingData?: TreatMissingData;
  /**
   * How long a new alarm waits for the first data of its metric. It is evaluated as soon as there is enough of it.
   *
   * @default - evaluated at once
   */
  readonly warmUp?: Duration;
}

/** Adds alarms to `scope` that tell `topic` when they begin. */
export function addAlarms(scope: Construct, topic: ITopic, specs: readonly AlarmSpec[]): void {
  const notify = new SnsAction(topic);
  for (const { id, metric, threshold, description, comparison, periods, treatMissingData, warmUp } of specs) {
    const alarm = metric.createAlarm(scope, id, {
      alarmDescription: description,
      threshold,
      comparisonOperator: comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods ?? 1,
      treatMissingData: treatMissingData ?? TreatMissingData.NOT_BREACHING,
    });
    if (warmUp) waitForData(alarm, warmUp);
    // Only the beginning is notified: a mail for "OK" would also come from each alarm when it is created.
    alarm.addAlarmAction(notify);
  }
}

/** CDK's own alarm has no such setting, CloudFormation's has. */
function waitForData(alarm: Alarm, warmUp: Duration): void {
  const resource = alarm.node.defaultChild as CfnAlarm;
  resource.warmUpConfiguration = { warmUpPeriodDurationInMinutes: warmUp.toMinutes() };
}
