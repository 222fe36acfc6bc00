import type { Duration } from 'aws-cdk-lib';
import { Alarm, type CfnAlarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { RegionalStage } from '../config/schema';

/**
 * How soon somebody has to act. A `page` wakes a person: tokens are running out, or nobody would notice if they did. A
 * `ticket` can wait for the morning.
 */
export type Severity = 'page' | 'ticket';

/** An alarm's metric, threshold and text. */
export interface AlarmSpec {
  /** Also its heading in docs/runbook.md. */
  readonly id: string;
  readonly severity: Severity;
  /** The alarm evaluates the last {@link periods} of the metric's period. */
  readonly metric: IMetric;
  /** In the metric's unit. The alarm starts when the metric reaches it, unless {@link comparison} differs. */
  readonly threshold: number;
  /** @default ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD */
  readonly comparison?: ComparisonOperator;
  /**
   * Bad periods in a row before the alarm starts.
   *
   * @default 1
   */
  readonly periods?: number;
  /** What the alarm means, its likely causes, most likely first, and what to do first. */
  readonly description: string;
  /**
   * What a missing datapoint means.
   *
   * @default TreatMissingData.NOT_BREACHING - nothing bad happened
   */
  readonly treatMissingData?: TreatMissingData;
  /**
   * Longest a new alarm waits for its metric's first data. It is evaluated as soon as there is enough data.
   *
   * @default - evaluated at once
   */
  readonly warmUp?: Duration;
}

/** Settings of all alarms of a stage. */
export interface AlarmOptions {
  /** Notified when an alarm of this severity starts. */
  readonly topics: Readonly<Record<Severity, readonly ITopic[]>>;
  readonly stage: Pick<RegionalStage, 'alarmWarmUp'>;
}

/** Alarms by their severity. */
export type AlarmsBySeverity = Readonly<Record<Severity, readonly Alarm[]>>;

/**
 * Adds alarms to `scope`. Each alarm notifies independently, so none hides another.
 *
 * Expressions don't use FILL: AWS doesn't document what FILL does with a metric that has no datapoints at all.
 */
export function addAlarms(scope: Construct, specs: readonly AlarmSpec[], options: AlarmOptions): AlarmsBySeverity {
  const ofSeverity = (severity: Severity) =>
    specs.filter((spec) => spec.severity === severity).map((spec) => addAlarm(scope, spec, options));
  return { page: ofSeverity('page'), ticket: ofSeverity('ticket') };
}

function addAlarm(scope: Construct, spec: AlarmSpec, { topics, stage }: AlarmOptions): Alarm {
  const { id, severity, metric, threshold, comparison, periods = 1, description, treatMissingData, warmUp } = spec;
  const alarm = new Alarm(scope, id, {
    metric,
    threshold,
    alarmDescription: `${description} Runbook: ${runbookSection(id)}`,
    comparisonOperator: comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: periods,
    treatMissingData: treatMissingData ?? TreatMissingData.NOT_BREACHING,
  });
  // No notification of OK: it would also be sent when the alarm is created.
  alarm.addAlarmAction(...topics[severity].map((topic) => new SnsAction(topic)));
  if (warmUp && stage.alarmWarmUp) waitForData(alarm, warmUp);
  return alarm;
}

/** The alarm's section in the runbook: GitHub's anchor of its heading. */
export const runbookSection = (id: string): string => `docs/runbook.md#${id.toLowerCase()}`;

/** On the CloudFormation resource: CDK's Alarm doesn't support it. */
function waitForData(alarm: Alarm, warmUp: Duration): void {
  const resource = alarm.node.defaultChild as CfnAlarm;
  resource.warmUpConfiguration = { warmUpPeriodDurationInMinutes: warmUp.toMinutes() };
}
