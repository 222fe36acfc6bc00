import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { METRICS, type Reason } from '../../lambda/contract/outcomes';
import { FORGE_PATIENCE } from '../receiver';
import { remoteMetric } from '../remote-metric';
import { type AlarmOptions, type AlarmSpec, type AlarmsBySeverity, addAlarms } from './add-alarms';

/**
 * Forge calls as seldom as once an hour, so a metric may have one datapoint an hour. With a shorter period an alarm would
 * fall back to OK between two failing calls. CloudWatch also judges an empty period by the last one with data, so an alarm
 * would begin again after the repair. The 10 extra minutes are for a late call. No alarm is delayed: CloudWatch evaluates
 * every minute.
 */
const PERIOD = Duration.minutes(70);

/** Forge waits 5 s. Above this, a slower cold start or key server makes a call fail. */
const SLOW = Duration.seconds(4);

/** Share of failed calls, in percent, above which more than one installation is affected. */
const MOST = 50;

/** Refused calls in {@link PERIOD} that cost money: one a second. */
const FLOOD = 4_200;

/**
 * Failures that don't pass by themselves. Forge tries a failed call again, up to 4 times a minute apart, so a third
 * failure within {@link PERIOD} says that the trouble lasts.
 */
const LASTING_FAILURES = 3;

/**
 * When the share of failed calls counts. One or two alone may have succeeded when Forge tried again. But with one
 * installation and no second tries there are never more within {@link PERIOD}: there, two are enough with none accepted.
 */
const ENOUGH_CALLS = `failed >= ${LASTING_FAILURES} OR (failed >= 2 AND accepted == 0)`;

/** {@link PERIOD}s in a row with a call that a mistake in config.ts or manifest.yml refuses, before a ticket says so. */
const HOURS_OF_REFUSALS = 3;

/** {@link PERIOD}s in a row with a token that came too old, before a ticket says so. Two calls out of order count once. */
const HOURS_OF_OLDER = 2;

export interface ReceiverAlarmsProps extends AlarmOptions {
  readonly function: IFunction;
  /** Value of the dimension `Remote` of the receiver's metrics. */
  readonly remoteName: string;
  /** Whether there is one slot, which belongs to the first installation. */
  readonly singleSlot: boolean;
  /** Whether there is a queue for jobs. */
  readonly hasJobs: boolean;
}

/** Alarms for the receiver. Each description says what the alarm means and what to do first. */
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
  threshold: MOST,
  comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
  description:
    `More than ${MOST} % of the calls that Forge signed for this app were refused or failed within 70 minutes, so most ` +
    'installations get no token. Calls without a signature that holds are not counted. Likely, in this order: the calls ' +
    'come from an environment that this stage does not serve (environment-not-served), appSystemToken or its scopes are ' +
    'missing in the manifest (system-token-missing), Secrets Manager or DynamoDB is down (slot-unavailable), a new ' +
    'version has a bug (internal-error). First: find the reason in the dashboard or with npm run doctor; after a fresh ' +
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
  threshold: MOST,
  comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
  description:
    `More than ${MOST} % of the receiver's runs crashed or ran into the timeout within 70 minutes: Forge gets no answer, ` +
    'and no token is stored. Likely: a deployment whose environment variables or code are broken, then AWS or the key ' +
    "server hanging. First: read the last ERROR lines of the receiver's log group; after a fresh deployment, roll it back.",
});

const errors = (receiver: IFunction): AlarmSpec => ({
  id: 'ReceiverErrors',
  severity: 'ticket',
  metric: receiver.metricErrors({ period: PERIOD, statistic: Stats.SUM }),
  threshold: 1,
  description:
    'The receiver crashed or ran into its timeout at least once, so Forge got no answer and the token was not stored. ' +
    'Forge delivers again within the hour. Likely: AWS or the key server hanging, then a deployment that is broken. ' +
    "First: read the last ERROR lines of the receiver's log group.",
});

const throttles = (receiver: IFunction): AlarmSpec => ({
  id: 'Throttles',
  severity: 'ticket',
  metric: receiver.metricThrottles({ period: PERIOD, statistic: Stats.SUM }),
  threshold: 1,
  description:
    'Lambda turned calls away because no concurrency was left, and their tokens were not stored. ' +
    "Likely: reservedConcurrency in config.ts is too low, the account's limit is used up by other functions, or " +
    'somebody floods the public URL. First: compare ConcurrentExecutions of the account and of this function, ' +
    'then raise the reservation or the quota.',
});

const slow = (receiver: IFunction): AlarmSpec => ({
  id: 'Slow',
  severity: 'ticket',
  metric: receiver.metricDuration({ period: PERIOD, statistic: Stats.percentile(99) }),
  threshold: SLOW.toMilliseconds(),
  description:
    `The slowest calls take over ${SLOW.toSeconds()} s, and Forge gives up after ${FORGE_PATIENCE.toSeconds()} s. ` +
    "Likely: the key server or the slot's service (Secrets Manager, DynamoDB) answers slowly, or cold starts grew after a " +
    'change. ' +
    "First: look in the receiver's log at what the slow calls spent their time on, and check the status pages " +
    'of Atlassian and AWS.',
});

const callsRefused = (remoteName: string): AlarmSpec => ({
  id: 'CallsRefused',
  severity: 'ticket',
  metric: countOf(remoteName, METRICS.failed),
  threshold: 1,
  periods: HOURS_OF_REFUSALS,
  description:
    `In each of the last ${HOURS_OF_REFUSALS} times 70 minutes a call that Forge signed for this app was refused: an ` +
    'installation gets no token, while others do. Likely: the installation is in an environment that this stage does not ' +
    "serve (environment-not-served: somebody deployed it with this stage's URL), or its calls bring no token that can " +
    'be stored (system-token-missing, system-token-expired). First: run the query "Refusals by reason", which names the ' +
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
    "Likely: app.id in manifest.yml is not the app that calls (audience-wrong), Forge's key server can't be reached " +
    '(key-server-unavailable), a site of an Isolated Cloud calls (isolated-cloud-not-served), or a stranger tries out ' +
    'tokens (key-unknown) while Forge has no reason to call. NothingAccepted pages when Forge should have called. First: ' +
    'find the reason in the dashboard or with npm run doctor.',
});

const tokensOlder = (remoteName: string): AlarmSpec => ({
  id: 'TokensOlder',
  severity: 'ticket',
  metric: new MathExpression({
    label: 'Accepted calls whose token was dropped as the older one',
    // `older` has a datapoint only with such a call. Every other accepted call ends the alarm by the other metric.
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
    `In each of the last ${HOURS_OF_OLDER} times 70 minutes a call brought a token that expires before the one in its ` +
    'slot, and was dropped. Once is a call that was overtaken. Hour by hour it means that the slot holds a token that is ' +
    'not what it claims to be, and its installation gets only calls with the outcome "older". Likely: somebody wrote the ' +
    "slot by hand, or stored a token with a made-up expiry. First: find the installation in the receiver's log (outcome " +
    "older), and delete its slot or, with one slot, the current version's label; the next call fills it.",
});

const flood = (remoteName: string): AlarmSpec => ({
  id: 'Flood',
  severity: 'ticket',
  metric: refusedFor(remoteName),
  threshold: FLOOD,
  description:
    `At least ${FLOOD} calls were refused within 70 minutes. Each costs a little, and takes concurrency from Forge's own ` +
    'calls. Likely: a scanner that found the public URL; a load test. First: see by their reasons that nothing got in ' +
    '(dashboard), and set reservedConcurrency in config.ts, which caps what it can cost. To turn callers away before ' +
    'they reach the function, put an API with throttling or a firewall in front of it.',
});

const tokenMissing = (remoteName: string): AlarmSpec => ({
  id: 'TokenMissing',
  severity: 'ticket',
  metric: refusedFor(remoteName, 'system-token-missing'),
  threshold: 1,
  description:
    'Forge called, and brought no app system token: the call is genuine, and nothing could be stored. Likely, all in ' +
    'manifest.yml: auth.appSystemToken.enabled is not true on the endpoint; auth stands under remotes instead of the ' +
    'endpoint; permissions.scopes has no product scope besides read:app-system-token; the sites have not consented to ' +
    'that version yet. First: npm run manifest -- --check, then forge deploy and forge install --upgrade.',
});

const slotUnavailable = (remoteName: string): AlarmSpec => ({
  id: 'SlotUnavailable',
  severity: 'page',
  metric: refusedFor(remoteName, 'slot-unavailable'),
  threshold: LASTING_FAILURES,
  description:
    "Tokens came and could not be stored: the slot's service (Secrets Manager, DynamoDB) refused or failed several times " +
    "within 70 minutes. Likely: the secret, the table or the receiver's role was changed by hand (AccessDeniedException, " +
    'ResourceNotFoundException), the secret is scheduled for deletion (InvalidRequestException), an outage or throttling ' +
    "of AWS. First: the error in the receiver's log. Changed by hand: npm run deploy. An outage: health.aws.amazon.com; " +
    'Forge delivers again.',
});

const queueUnavailable = (remoteName: string): AlarmSpec => ({
  id: 'QueueUnavailable',
  severity: 'ticket',
  metric: refusedFor(remoteName, 'queue-unavailable'),
  threshold: LASTING_FAILURES,
  description:
    'Tokens are stored, but SQS did not take the jobs, so no work is done. Likely: the queue or the right to send was ' +
    "changed by hand, or an outage of AWS. First: the error in the receiver's log; changed by hand: npm run deploy. Forge " +
    'delivers again.',
});

const slotBoundElsewhere = (remoteName: string): AlarmSpec => ({
  id: 'SlotBoundElsewhere',
  severity: 'ticket',
  metric: refusedFor(remoteName, 'slot-bound-elsewhere'),
  threshold: 1,
  description:
    "An installation gets no slot: this stage keeps one, with another installation's valid token in it, which is left " +
    'alone. Likely: the app was installed on a second site; or reinstalled, without our being told of the uninstall, and ' +
    'then it ends by itself, within 4 hours, when the bound token expires. First: find the refused installation in the ' +
    "receiver's log (reason slot-bound-elsewhere). If both are wanted, set slot.strategy: 'perInstallation' in config.ts " +
    'and deploy; if not, uninstall the app from the site that should not have it.',
});

/**
 * How often calls were refused, for one reason or for any. `refused` has a datapoint only with a refused call, `accepted`
 * with every other call. Metric math takes a missing one for 0 (AWS's documentation), so an accepted call ends the alarm.
 */
const refusedFor = (remoteName: string, reason?: Reason): MathExpression =>
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
