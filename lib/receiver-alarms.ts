import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../lambda/contract/metrics';
import { FORGE_PATIENCE } from './receiver';

/**
 * Forge calls as seldom as once an hour, so a metric has a datapoint an hour. Over a shorter period an alarm would fall
 * back to OK between two failing calls. It doesn't delay the first alarm: CloudWatch looks every minute.
 */
const PERIOD = Duration.hours(1);

/** Of the 5 s that Forge waits. Beyond it, a slower cold start or key server is a failed call. */
const SLOW = Duration.seconds(4);

export interface ReceiverAlarmsProps {
  readonly function: IFunction;
  /** Value of the dimension `Remote` of the receiver's metrics. */
  readonly remoteName: string;
  /** Is told when an alarm begins. */
  readonly topic: ITopic;
}

/** What can be wrong with the receiver, as alarms. Each description says what it means and what to do first. */
export class ReceiverAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ReceiverAlarmsProps) {
    super(scope, id);
    const notify = new SnsAction(props.topic);

    const refused = new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: METRICS.refused,
      dimensionsMap: { [DIMENSIONS.remote]: props.remoteName },
      statistic: Stats.SUM,
      period: PERIOD,
    });

    const alarms: readonly AlarmSpec[] = [
      {
        id: 'Errors',
        metric: props.function.metricErrors({ period: PERIOD, statistic: Stats.SUM }),
        threshold: 1,
        description:
          'The receiver crashed or ran into its timeout, so Forge got no answer and the token was not stored. ' +
          'Likely: a deployment whose environment variables or code are broken, or AWS or the key server hanging. ' +
          "First: read the last ERROR lines of the receiver's log group; after a fresh deployment, roll it back.",
      },
      {
        id: 'Throttles',
        metric: props.function.metricThrottles({ period: PERIOD, statistic: Stats.SUM }),
        threshold: 1,
        description:
          'Lambda turned calls away because no concurrency was left, and their tokens were not stored. ' +
          "Likely: reservedConcurrency in config.ts is too low, the account's limit is used up by other functions, or " +
          'somebody floods the public URL. First: compare ConcurrentExecutions of the account and of this function, ' +
          'then raise the reservation or the quota.',
      },
      {
        id: 'Refused',
        metric: refused,
        // One is enough: a single installation makes one call an hour, and its token may have two hours to live.
        threshold: 1,
        description:
          'The receiver refused calls. Likely, in this order: app.id in manifest.yml is not the app that calls ' +
          '(audience-wrong), an installation of an environment that this stage does not serve ' +
          '(environment-not-served), appSystemToken or its scopes missing in the manifest (system-token-missing), ' +
          'a second installation (slot-bound-elsewhere), the key server or Secrets Manager down ' +
          '(key-server-unavailable, slot-unavailable). ' +
          "First: find the reason in the receiver's log, or in the metric's dimension Reason. Only route-unknown, " +
          'method-not-allowed or authorization-missing: a stranger found the URL; nothing to do.',
      },
      {
        id: 'Slow',
        metric: props.function.metricDuration({ period: PERIOD, statistic: Stats.percentile(99) }),
        threshold: SLOW.toMilliseconds(),
        description:
          `The slowest calls take over ${SLOW.toSeconds()} s, and Forge gives up after ${FORGE_PATIENCE.toSeconds()} s. ` +
          'Likely: the key server or Secrets Manager answers slowly, or cold starts grew after a change. ' +
          "First: look in the receiver's log at what the slow calls spent their time on, and check the status pages " +
          'of Atlassian and AWS.',
      },
    ];

    for (const { id, metric, threshold, description } of alarms) {
      const alarm = metric.createAlarm(this, id, {
        alarmDescription: description,
        threshold,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: 1,
        // No datapoint means that nothing of the kind happened. That Forge went silent isn't theirs to notice.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      // Only the beginning is notified: a mail for "OK" would also come from each alarm when it is created.
      alarm.addAlarmAction(notify);
    }
  }
}

interface AlarmSpec {
  readonly id: string;
  readonly metric: Metric;
  /** In the metric's own unit; reaching it is an alarm. */
  readonly threshold: number;
  readonly description: string;
}
