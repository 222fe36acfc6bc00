import type { Duration } from 'aws-cdk-lib';
import { Alarm, type CfnAlarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { RegionalStage } from '../config/schema';

/**
 * How soon somebody has to look: `page` wakes a person, because tokens run out or nobody would notice that they do;
 * a `ticket` can wait for the morning.
 */
export type Severity = 'page' | 'ticket';

/** One alarm: its metric, its threshold and its text. */
export interface AlarmSpec {
  /** Its heading in docs/runbook.md is the same. */
  readonly id: string;
  readonly severity: Severity;
  /** The alarm looks back over {@link periods} of its period. */
  readonly metric: IMetric;
  /** In the metric's own unit. The alarm begins when the metric reaches it, or as {@link comparison} says. */
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

/** What all alarms of a stage have in common. */
export interface AlarmOptions {
  /** Notified when an alarm of their severity begins. */
  readonly topics: Readonly<Record<Severity, readonly ITopic[]>>;
  readonly stage: Pick<RegionalStage, 'alarmWarmUp'>;
}

/** Alarms by their severity. */
export type AlarmsBySeverity = Readonly<Record<Severity, readonly Alarm[]>>;

/**
 * Adds alarms to `scope`. Each notifies on its own when it begins, so no alarm hides another.
 *
 * Expressions use no FILL: AWS's documentation doesn't say what FILL makes of a metric without any datapoint.
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
  // Only the beginning is notified: a mail for "OK" would also come when the alarm is created.
  alarm.addAlarmAction(...topics[severity].map((topic) => new SnsAction(topic)));
  if (warmUp && stage.alarmWarmUp) waitForData(alarm, warmUp);
  return alarm;
}

/** Where the runbook explains an alarm: the anchor that GitHub gives to the heading. */
export const runbookSection = (id: string): string => `docs/runbook.md#${id.toLowerCase()}`;

/** Set on the CloudFormation resource: CDK's alarm has no such option. */
function waitForData(alarm: Alarm, warmUp: Duration): void {
  const resource = alarm.node.defaultChild as CfnAlarm;
  resource.warmUpConfiguration = { warmUpPeriodDurationInMinutes: warmUp.toMinutes() };
}
