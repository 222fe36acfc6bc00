import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../lambda/contract/metrics';
import type { Reason } from '../lambda/contract/reasons';
import { type AlarmSpec, addAlarms } from './alarms';
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
  /** Whether there is one slot, which belongs to the first installation. */
  readonly singleSlot: boolean;
  /** Is told when an alarm begins. */
  readonly topic: ITopic;
}

/** What can be wrong with the receiver, as alarms. Each description says what it means and what to do first. */
export class ReceiverAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ReceiverAlarmsProps) {
    super(scope, id);
    addAlarms(this, props.topic, [
      errors(props.function),
      throttles(props.function),
      refused(props.remoteName),
      slow(props.function),
      ...(props.singleSlot ? [slotTaken(props.remoteName)] : []),
    ]);
  }
}

const errors = (receiver: IFunction): AlarmSpec => ({
  id: 'Errors',
  metric: receiver.metricErrors({ period: PERIOD, statistic: Stats.SUM }),
  threshold: 1,
  description:
    'The receiver crashed or ran into its timeout, so Forge got no answer and the token was not stored. ' +
    'Likely: a deployment whose environment variables or code are broken, or AWS or the key server hanging. ' +
    "First: read the last ERROR lines of the receiver's log group; after a fresh deployment, roll it back.",
});

const throttles = (receiver: IFunction): AlarmSpec => ({
  id: 'Throttles',
  metric: receiver.metricThrottles({ period: PERIOD, statistic: Stats.SUM }),
  threshold: 1,
  description:
    'Lambda turned calls away because no concurrency was left, and their tokens were not stored. ' +
    "Likely: reservedConcurrency in config.ts is too low, the account's limit is used up by other functions, or " +
    'somebody floods the public URL. First: compare ConcurrentExecutions of the account and of this function, ' +
    'then raise the reservation or the quota.',
});

const refused = (remoteName: string): AlarmSpec => ({
  id: 'Refused',
  metric: refusedMetric(remoteName),
  // One is enough: a single installation makes one call an hour, and its token may have two hours to live.
  threshold: 1,
  description:
    'The receiver refused calls. Likely, in this order: app.id in manifest.yml is not the app that calls ' +
    '(audience-wrong), an installation of an environment that this stage does not serve ' +
    '(environment-not-served), appSystemToken or its scopes missing in the manifest (system-token-missing), ' +
    'a second installation (slot-bound-elsewhere), the key server, Secrets Manager or SQS down ' +
    '(key-server-unavailable, slot-unavailable, queue-unavailable). ' +
    "First: find the reason in the receiver's log, or in the metric's dimension Reason. Only route-unknown, " +
    'method-not-allowed or authorization-missing: a stranger found the URL; nothing to do.',
});

const slow = (receiver: IFunction): AlarmSpec => ({
  id: 'Slow',
  metric: receiver.metricDuration({ period: PERIOD, statistic: Stats.percentile(99) }),
  threshold: SLOW.toMilliseconds(),
  description:
    `The slowest calls take over ${SLOW.toSeconds()} s, and Forge gives up after ${FORGE_PATIENCE.toSeconds()} s. ` +
    'Likely: the key server or Secrets Manager answers slowly, or cold starts grew after a change. ' +
    "First: look in the receiver's log at what the slow calls spent their time on, and check the status pages " +
    'of Atlassian and AWS.',
});

const slotTaken = (remoteName: string): AlarmSpec => ({
  id: 'SlotBoundElsewhere',
  metric: refusedMetric(remoteName, 'slot-bound-elsewhere'),
  threshold: 1,
  description:
    "An installation gets no slot: this stage keeps one, with another installation's valid token in it, which is left " +
    'alone. Likely: the app was installed on a second site. After a reinstall on another site it ends by itself, ' +
    "within 4 hours, when the bound token expires. First: find the refused installation in the receiver's log " +
    "(reason slot-bound-elsewhere). If both are wanted, set slot.strategy: 'perInstallation' in config.ts and deploy; " +
    'if not, uninstall the app from the site that should not have it.',
});

function refusedMetric(remoteName: string, reason?: Reason): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: METRICS.refused,
    dimensionsMap: {
      [DIMENSIONS.remote]: remoteName,
      ...(reason !== undefined && { [DIMENSIONS.reason]: reason }),
    },
    statistic: Stats.SUM,
    period: PERIOD,
  });
}
