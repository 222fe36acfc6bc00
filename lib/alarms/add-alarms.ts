import type { Duration } from 'aws-cdk-lib';
import { Alarm, type CfnAlarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/**
 * How soon somebody has to look: `page` wakes a person, because tokens run out or nobody would notice that they do;
 * a `ticket` can wait for the morning.
 */
export type Severity = 'page' | 'ticket';

export interface AlarmSpec {
  /** Its row in docs/runbook.md has the same name. */
  readonly id: string;
  readonly severity: Severity;
  /** Its period is how far the alarm looks back, times {@link periods}. */
  readonly metric: IMetric;
  /** In the metric's own unit; reaching it is an alarm, or passing it the way that {@link comparison} says. */
  readonly threshold: number;
  /** @default ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD */
  readonly comparison?: ComparisonOperator;
  /**
   * How many periods in a row have to be bad.
   *
   * @default 1
   */
  readonly periods?: number;
  /** What it means, likely causes in their order, and what to do first. */
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

/** An alarm, and how soon somebody has to look when it begins. */
export interface GradedAlarm {
  readonly severity: Severity;
  readonly alarm: Alarm;
}

/**
 * Adds alarms to `scope`. They tell nobody by themselves: `SeverityAlarms` does, once for all that are on.
 *
 * An alarm with an expression takes its metrics as they are, without FILL: what FILL makes of a metric that has no
 * datapoint at all, AWS's documentation doesn't say.
 */
export const addAlarms = (scope: Construct, specs: readonly AlarmSpec[]): GradedAlarm[] =>
  specs.map(({ id, severity, description, comparison, periods, treatMissingData, warmUp, ...rest }) => {
    const alarm = new Alarm(scope, id, {
      ...rest,
      alarmDescription: `${description} ${runbookRow(id)}`,
      comparisonOperator: comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods ?? 1,
      treatMissingData: treatMissingData ?? TreatMissingData.NOT_BREACHING,
    });
    if (warmUp) waitForData(alarm, warmUp);
    return { severity, alarm };
  });

const runbookRow = (id: string): string => `Runbook: ${id}, in docs/runbook.md.`;

/** CDK's own alarm has no such setting, CloudFormation's has. */
function waitForData(alarm: Alarm, warmUp: Duration): void {
  const resource = alarm.node.defaultChild as CfnAlarm;
  resource.warmUpConfiguration = { warmUpPeriodDurationInMinutes: warmUp.toMinutes() };
}
