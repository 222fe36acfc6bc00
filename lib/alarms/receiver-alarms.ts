import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { METRICS, type Reason } from '../../lambda/contract/outcomes';
import { FORGE_TIMEOUT } from '../receiver';
import { remoteMetric } from '../remote-metric';
import { type AlarmOptions, type AlarmSpec, type AlarmsBySeverity, addAlarms } from './add-alarms';

/**
 * Forge may call only once an hour, so a metric may have one datapoint an hour. With a shorter period, an alarm would
 * return to OK between two failing calls. CloudWatch also evaluates an empty period by the last one with data, so an
 * alarm would start again after the repair. The 10 extra minutes allow for a late call. No alarm is delayed: CloudWatch
 * evaluates every minute.
 */
const PERIOD = Duration.minutes(70);

/** Forge's timeout is 5 s. Above 4 s, a slower cold start or key server makes a call fail. */
const SLOW = Duration.seconds(4);

/** Percentage of failed calls above which more than one installation is affected. */
const MAX_FAILED_PERCENT = 50;

/** Refused calls per {@link PERIOD} that cost money: one a second. */
const FLOOD = 4_200;

/**
 * Failures that show a lasting problem. Forge retries a failed call up to 4 times, a minute apart, so a third failure
 * within {@link PERIOD} is more than a short outage.
 */
const LASTING_FAILURES = 3;

/**
 * When the percentage of failed calls counts. One or two failed calls may have succeeded when Forge retried. A single
 * installation without retries never has more within {@link PERIOD}: two are enough if no call was accepted.
 */
const ENOUGH_CALLS = `failed >= ${LASTING_FAILURES} OR (failed >= 2 AND accepted == 0)`;

/**
 * {@link PERIOD}s in a row with a call that is refused because of a mistake in config.ts or manifest.yml, before a
 * ticket.
 */
const HOURS_OF_REFUSALS = 3;

/** {@link PERIOD}s in a row with an older token, before a ticket. Two calls out of order count once. */
const HOURS_OF_OLDER = 2;

export interface ReceiverAlarmsProps extends AlarmOptions {
  readonly function: IFunction;
  /** Value of the dimension `Remote` of the receiver's metrics. */
  readonly remoteName: string;
  /** Whether there is only one slot, which belongs to the first installation. */
  readonly singleSlot: boolean;
  /** Whether the stage has a worker. */
  readonly hasJobs: boolean;
}

/** Alarms for the receiver. */
export class ReceiverAlarms extends Construct {
  readonly alarms: AlarmsBySeverity;

  constructor(scope: Construct, id: string, props: ReceiverAlarmsProps) {
    super(scope, id);
    const { function: receiver, remoteName, singleSlot, hasJobs, ...options } = props;
    const specs = [
      callsFailing(remoteName),
      receiverCrashing(receiver),
      slotUnavailable(remoteName),
      errors(receiver),
      throttles(receiver),
      slow(receiver),
      callsRefused(remoteName),
      callsUnproven(remoteName),
      tokensOlder(remoteName),
      flood(remoteName),
      tokenMissing(remoteName),
      ...(hasJobs ? [queueUnavailable(remoteName)] : []),
      ...(singleSlot ? [slotBoundElsewhere(remoteName)] : []),
    ];
    this.alarms = addAlarms(this, specs, options);
  }
}

const callsFailing = (remoteName: string): AlarmSpec => ({
  id: 'CallsFailing',
  severity: 'page',
  metric: new MathExpression({
    label: "Forge's calls that fail, in percent",
    // The receiver emits both with each call.
    expression: `IF(${ENOUGH_CALLS}, 100 * failed / (failed + accepted), 0)`,
    usingMetrics: {
      failed: countOf(remoteName, METRICS.failed),
      accepted: countOf(remoteName, METRICS.accepted),
    },
    period: PERIOD,
  }),
  threshold: MAX_FAILED_PERCENT,
  comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
  description:
    `More than ${MAX_FAILED_PERCENT} % of the calls that Forge signed for this app were refused or failed within 70 minutes, ` +
    'so most installations get no token. Calls without a valid signature are not counted. Likely, in this order: the calls ' +
    'come from an environment that this stage does not serve (environment-not-served), appSystemToken or its scopes are ' +
    'missing in the manifest (system-token-missing), Secrets Manager or DynamoDB is down (slot-unavailable), a new ' +
    'version has a bug (internal-error). First: find the reason in the dashboard or with npm run doctor; after a recent ' +
    'deployment, roll it back.',
});

const receiverCrashing = (receiver: IFunction): AlarmSpec => ({
  id: 'ReceiverCrashing',
  severity: 'page',
  metric: new MathExpression({
    label: 'Runs of the receiver that crash, in percent',
    // Lambda emits both with each run.
    expression: '100 * errors / invocations',
    usingMetrics: {
      errors: receiver.metricErrors({ period: PERIOD, statistic: Stats.SUM }),
      invocations: receiver.metricInvocations({ period: PERIOD, statistic: Stats.SUM }),
    },
    period: PERIOD,
  }),
  threshold: MAX_FAILED_PERCENT,
  comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
  description:
    `More than ${MAX_FAILED_PERCENT} % of the receiver's runs crashed or timed out within 70 minutes: Forge gets no answer, ` +
    'and no token is stored. Likely: a deployment with broken environment variables or code; otherwise AWS or the key ' +
    "server hangs. First: read the last ERROR lines of the receiver's log group; after a recent deployment, roll it back.",
});

const errors = (receiver: IFunction): AlarmSpec => ({
  id: 'ReceiverErrors',
  severity: 'ticket',
  metric: receiver.metricErrors({ period: PERIOD, statistic: Stats.SUM }),
  threshold: 1,
  description:
    'The receiver crashed or timed out at least once, so Forge got no answer and the token was not stored. ' +
    'Forge delivers again within the hour. Likely: AWS or the key server hangs; otherwise a broken deployment. ' +
    "First: read the last ERROR lines of the receiver's log group.",
});

const throttles = (receiver: IFunction): AlarmSpec => ({
  id: 'Throttles',
  severity: 'ticket',
  metric: receiver.metricThrottles({ period: PERIOD, statistic: Stats.SUM }),
  threshold: 1,
  description:
    'Lambda throttled calls because no concurrency was left, and their tokens were not stored. ' +
    "Likely: reservedConcurrency in config.ts is too low, other functions use up the account's limit, or " +
    'somebody floods the public URL. First: compare ConcurrentExecutions of the account and of this function, ' +
    'then raise the reservation or the quota.',
});

const slow = (receiver: IFunction): AlarmSpec => ({
  id: 'Slow',
  severity: 'ticket',
  metric: receiver.metricDuration({ period: PERIOD, statistic: Stats.percentile(99) }),
  threshold: SLOW.toMilliseconds(),
  description:
    `The slowest calls take over ${SLOW.toSeconds()} s, and Forge's timeout is ${FORGE_TIMEOUT.toSeconds()} s. ` +
    "Likely: the key server or the slot's service (Secrets Manager, DynamoDB) is slow, or a change made cold starts slower. " +
    "First: look in the receiver's log for what the slow calls spent their time on, and check the status pages " +
    'of Atlassian and AWS.',
});

const callsRefused = (remoteName: string): AlarmSpec => ({
  id: 'CallsRefused',
  severity: 'ticket',
  metric: countOf(remoteName, METRICS.failed),
  threshold: 1,
  periods: HOURS_OF_REFUSALS,
  description:
    `In each of the last ${HOURS_OF_REFUSALS} periods of 70 minutes, a call that Forge signed for this app was refused: an ` +
    'installation gets no token, while others do. Likely: the installation is in an environment that this stage does not ' +
    "serve (environment-not-served: somebody deployed the app with this stage's URL), or its calls bring no usable token " +
    '(system-token-missing, system-token-expired). First: run the query "Refusals by reason", which names the ' +
    'installation.',
});

const callsUnproven = (remoteName: string): AlarmSpec => ({
  id: 'CallsUnproven',
  severity: 'ticket',
  metric: new MathExpression({
    label: "Calls that nobody can prove to be Forge's, while none is accepted",
    // The receiver emits both with each call.
    expression: 'IF(accepted == 0, unproven, 0)',
    usingMetrics: {
      unproven: countOf(remoteName, METRICS.unproven),
      accepted: countOf(remoteName, METRICS.accepted),
    },
    period: PERIOD,
  }),
  threshold: LASTING_FAILURES,
  description:
    `At least ${LASTING_FAILURES} calls that may be Forge's could not be proven within 70 minutes, and none was accepted. ` +
    "Likely: app.id in manifest.yml is not the calling app (audience-wrong), Forge's key server can't be reached " +
    '(key-server-unavailable), a site of an Isolated Cloud calls (isolated-cloud-not-served), or a stranger tries ' +
    'tokens (key-unknown) while no call of Forge is due. NothingAccepted pages if a call is due. First: ' +
    'find the reason in the dashboard or with npm run doctor.',
});

const tokensOlder = (remoteName: string): AlarmSpec => ({
  id: 'TokensOlder',
  severity: 'ticket',
  metric: new MathExpression({
    label: 'Accepted calls whose token was dropped as the older one',
    // `older` only has datapoints for such calls. The other metric lets every other accepted call end the alarm.
    expression: 'older + 0 * accepted',
    usingMetrics: {
      older: countOf(remoteName, METRICS.older),
      accepted: countOf(remoteName, METRICS.accepted),
    },
    period: PERIOD,
  }),
  threshold: 1,
  periods: HOURS_OF_OLDER,
  description:
    `In each of the last ${HOURS_OF_OLDER} periods of 70 minutes, a call brought a token that expires before the one in its ` +
    'slot, and it was dropped. Once means that a newer call was faster. Hour after hour it means that the token in the slot ' +
    'does not expire when it claims to, and that the installation\'s calls all end as "older". Likely: somebody wrote the ' +
    "slot by hand, or stored a token with a false expiry. First: find the installation in the receiver's log (outcome " +
    "older), and delete its slot or, if there is one slot, the current version's label; the next call fills it.",
});

const flood = (remoteName: string): AlarmSpec => ({
  id: 'Flood',
  severity: 'ticket',
  metric: refusedCalls(remoteName),
  threshold: FLOOD,
  description:
    `At least ${FLOOD} calls were refused within 70 minutes. Each costs a little, and takes concurrency from Forge's ` +
    'calls. Likely: a scanner found the public URL, or a load test runs. First: check by the reasons that nothing got in ' +
    '(dashboard), and set reservedConcurrency in config.ts, which limits the cost. To reject callers before ' +
    'they reach the function, put an API with throttling or a firewall in front of it.',
});

const tokenMissing = (remoteName: string): AlarmSpec => ({
  id: 'TokenMissing',
  severity: 'ticket',
  metric: refusedCalls(remoteName, 'system-token-missing'),
  threshold: 1,
  description:
    'Forge called without an app system token: the call is genuine, but nothing could be stored. Likely, all in ' +
    'manifest.yml: auth.appSystemToken.enabled is not true on the endpoint; auth is under remotes instead of the ' +
    'endpoint; permissions.scopes has no product scope besides read:app-system-token; the sites have not consented to ' +
    'that version yet. First: npm run manifest -- --check, then forge deploy and forge install --upgrade.',
});

const slotUnavailable = (remoteName: string): AlarmSpec => ({
  id: 'SlotUnavailable',
  severity: 'page',
  metric: refusedCalls(remoteName, 'slot-unavailable'),
  threshold: LASTING_FAILURES,
  description:
    "Tokens could not be stored: the slot's service (Secrets Manager, DynamoDB) refused or failed several times " +
    "within 70 minutes. Likely: the secret, the table or the receiver's role was changed by hand (AccessDeniedException, " +
    'ResourceNotFoundException), the secret is scheduled for deletion (InvalidRequestException), or AWS has an outage or ' +
    "throttles. First: read the error in the receiver's log. Changed by hand: npm run deploy. An outage: " +
    'health.aws.amazon.com; Forge delivers again.',
});

const queueUnavailable = (remoteName: string): AlarmSpec => ({
  id: 'QueueUnavailable',
  severity: 'ticket',
  metric: refusedCalls(remoteName, 'queue-unavailable'),
  threshold: LASTING_FAILURES,
  description:
    'Tokens are stored, but SQS did not accept the jobs, so no job runs. Likely: the queue or the right to send was ' +
    "changed by hand, or AWS has an outage. First: read the error in the receiver's log; changed by hand: npm run deploy. " +
    'Forge delivers again.',
});

const slotBoundElsewhere = (remoteName: string): AlarmSpec => ({
  id: 'SlotBoundElsewhere',
  severity: 'ticket',
  metric: refusedCalls(remoteName, 'slot-bound-elsewhere'),
  threshold: 1,
  description:
    "An installation gets no slot: this stage has only one, and it holds another installation's valid token, which stays. " +
    'Likely: the app was installed on a second site; or it was reinstalled and Forge did not report the uninstall. Then ' +
    'the alarm ends within 4 hours, when the older token expires. First: find the refused installation in the ' +
    "receiver's log (reason slot-bound-elsewhere). If both are wanted, set slot.strategy: 'perInstallation' in config.ts " +
    'and deploy; if not, uninstall the app from the site that should not have it.',
});

/**
 * Refused calls, for one reason or for any. `refused` only has datapoints for refused calls, `accepted` for all others.
 * Metric math counts a missing one as 0 (AWS's documentation), so an accepted call ends the alarm.
 */
const refusedCalls = (remoteName: string, reason?: Reason): MathExpression =>
  new MathExpression({
    label: `Refused calls${reason === undefined ? '' : `: ${reason}`}`,
    expression: 'refused + 0 * accepted',
    usingMetrics: {
      refused: countOf(remoteName, METRICS.refused, reason),
      accepted: countOf(remoteName, METRICS.accepted),
    },
    period: PERIOD,
  });

const countOf = (
  remoteName: string,
  name: (typeof METRICS)['accepted' | 'failed' | 'unproven' | 'older' | 'refused'],
  reason?: Reason,
): Metric =>
  remoteMetric({ remoteName, name, statistic: Stats.SUM, period: PERIOD, ...(reason !== undefined && { reason }) });
