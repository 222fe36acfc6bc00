import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  lateBelowSeconds,
  MONITOR_INTERVAL_MINUTES,
  NEWS_MINUTES,
  RUNNING_OUT_COUNTS_FOR_MINUTES,
  runningOutBelowSeconds,
} from '../../lambda/contract/freshness';
import { METRICS } from '../../lambda/contract/outcomes';
import { remoteMetric } from '../remote-metric';
import { type AlarmOptions, type AlarmSpec, type AlarmsBySeverity, addAlarms } from './add-alarms';

/** Runs of the monitor in a row before it reports a problem that isn't urgent. */
const FEW_RUNS = 3;

/** The monitor's interval. */
const RUN = Duration.minutes(MONITOR_INTERVAL_MINUTES);

/** Long enough for a late run: CloudWatch evaluates an empty period by an older one. It delays no alarm. */
const TWO_RUNS = Duration.minutes(2 * MONITOR_INTERVAL_MINUTES);

/** {@link FEW_RUNS} in one period: its minimum is what all of these runs found. */
const SEVERAL_RUNS = Duration.minutes(FEW_RUNS * MONITOR_INTERVAL_MINUTES);

/** Time for the rest of the deployment and the monitor's first runs. */
const WARM_UP = Duration.minutes(30);

/** The longest interval of Forge's calls to a healthy stage, an hour, with a margin for a late call. */
const DELIVERY_DUE_WITHIN = Duration.minutes(70);

/** Tokens that run out together. A single one is probably an uninstall that Forge didn't report. */
const SEVERAL_TOKENS = 2;

/** Calls that may be Forge's: one per interval, and a second one. */
const UNPROVEN_CALLS = 2;

export interface MonitorAlarmsProps extends AlarmOptions {
  /** How often Forge delivers a token to each installation. */
  readonly tokenInterval: Duration;
  /** Whether there is only one slot. */
  readonly singleSlot: boolean;
  /** Value of the dimension `Remote` of the monitor's metrics. */
  readonly remoteName: string;
  /** The function that Forge calls. */
  readonly receiver: IFunction;
}

/** Alarms for the monitor's findings, and for a monitor that doesn't run. */
export class MonitorAlarms extends Construct {
  readonly alarms: AlarmsBySeverity;

  constructor(scope: Construct, id: string, props: MonitorAlarmsProps) {
    super(scope, id);
    const { tokenInterval, singleSlot, remoteName, receiver, ...options } = props;
    const intervalMinutes = tokenInterval.toMinutes();
    const specs = [
      tokenRunningOut(remoteName, intervalMinutes),
      ...(singleSlot ? [] : [severalRunningOut(remoteName)]),
      nothingAccepted(remoteName, receiver),
      monitorSilent(remoteName),
      beatsMissed(remoteName, intervalMinutes),
      tokenExpired(remoteName),
      ...(singleSlot ? [] : [slotReplaced(remoteName)]),
      keyServer(remoteName),
    ];
    this.alarms = addAlarms(this, specs, options);
  }
}

const tokenRunningOut = (remoteName: string, intervalMinutes: number): AlarmSpec => ({
  id: 'TokenRunningOut',
  severity: 'page',
  metric: metricOf(remoteName, METRICS.minTokenSecondsLeft, Stats.MINIMUM, TWO_RUNS),
  threshold: runningOutBelowSeconds(intervalMinutes),
  comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
  // Before the first token there is no data, which is neither good nor bad. "Not breaching" would also hide a monitor
  // that stops while a token runs out.
  treatMissingData: TreatMissingData.MISSING,
  description:
    `A token has less than ${minutes(runningOutBelowSeconds(intervalMinutes))} minutes left: Forge has stopped delivering, ` +
    'and nobody can request a token. Once it has expired, every call to Atlassian fails. While other tokens are valid, the ' +
    `alarm ends ${RUNNING_OUT_COUNTS_FOR_MINUTES} minutes later, so that it can start again for the next token. ` +
    'Likely: our receiver refuses calls or fails (see its alarms), baseUrl in manifest.yml is not the deployed URL, the ' +
    'scheduled trigger was changed or removed, the app was uninstalled and Forge did not report it, or Forge is down. ' +
    "First: read the monitor's last log line, which names the installations (late, expired). One of many: is the app still " +
    "installed there? All of them: read the receiver's log. If it has calls, it says why they are refused; if not, " +
    'run npm run manifest -- --check, then look at status.atlassian.com.',
});

/** A separate alarm, because TokenRunningOut has already started when the next token begins to run out. */
const severalRunningOut = (remoteName: string): AlarmSpec => ({
  id: 'SeveralRunningOut',
  severity: 'page',
  metric: metricOf(remoteName, METRICS.slotsRunningOut, Stats.MAXIMUM, TWO_RUNS),
  threshold: SEVERAL_TOKENS,
  // As for BeatsMissed.
  treatMissingData: TreatMissingData.MISSING,
  description:
    `At least ${SEVERAL_TOKENS} tokens have begun to run out within ${NEWS_MINUTES} minutes, so this is not a single site ` +
    'that uninstalled the app. Forge has stopped delivering, or its calls fail. Likely: our receiver refuses calls or fails ' +
    '(see its alarms), baseUrl in manifest.yml is not the deployed URL, the scheduled trigger was changed or removed, or ' +
    "Forge is down. First: read the receiver's log. If it has calls, it says why they are refused; if not, run npm " +
    'run manifest -- --check, then look at status.atlassian.com.',
});

const nothingAccepted = (remoteName: string, receiver: IFunction): AlarmSpec => ({
  id: 'NothingAccepted',
  severity: 'page',
  metric: new MathExpression({
    label: 'Calls come, none is accepted, and Forge should have called',
    // A receiver that crashes writes no metrics. ReceiverCrashing pages for it, unless strangers' calls hide the crashes.
    expression: `IF(accepted == 0 AND (unproven >= ${UNPROVEN_CALLS} OR errors > 0) AND life > 0, 1, 0)`,
    usingMetrics: {
      accepted: metricOf(remoteName, METRICS.accepted, Stats.SUM, DELIVERY_DUE_WITHIN),
      unproven: metricOf(remoteName, METRICS.unproven, Stats.SUM, DELIVERY_DUE_WITHIN),
      // A token is valid. Only an accepted call brings one, so a stranger can't make this condition true.
      life: metricOf(remoteName, METRICS.minTokenSecondsLeft, Stats.MINIMUM, DELIVERY_DUE_WITHIN),
      errors: receiver.metricErrors({ period: DELIVERY_DUE_WITHIN, statistic: Stats.SUM }),
    },
    period: DELIVERY_DUE_WITHIN,
  }),
  threshold: 1,
  description:
    'A token is valid, so the app is installed and Forge should have called within 70 minutes. But no call was accepted: ' +
    "none could be proven to be Forge's, or the receiver crashed. Tokens will run out. Likely: app.id in manifest.yml is " +
    "not the calling app (audience-wrong), Forge's key server can't be reached (key-server-unavailable), Forge uses new " +
    "keys that its key server doesn't have yet (key-unknown), the receiver crashes (ReceiverErrors), or Forge doesn't call " +
    'and a stranger does. First: find the reason in the dashboard or with npm run doctor; after a recent deployment, ' +
    'roll it back; then look at status.atlassian.com.',
});

const beatsMissed = (remoteName: string, intervalMinutes: number): AlarmSpec => ({
  id: 'BeatsMissed',
  severity: 'ticket',
  metric: metricOf(remoteName, METRICS.slotsLate, Stats.MINIMUM, SEVERAL_RUNS),
  threshold: 1,
  // The monitor reports 0 if no slot is late. For missing data there is MonitorSilent.
  treatMissingData: TreatMissingData.MISSING,
  description:
    `Installations have a valid token that should be newer: less than ${minutes(lateBelowSeconds(intervalMinutes))} ` +
    `minutes are left. A delivery, which is due every ${intervalMinutes} minutes, is missing. The alarm ends when Forge ` +
    'delivers again or the token expires (then TokenExpired starts). Likely: the causes of TokenRunningOut; for a single ' +
    'installation an uninstall that Forge did not report, or an expired licence if the trigger filters by licence. ' +
    "First: read the monitor's last log line, which names the late installations; look for them in the receiver's log.",
});

const tokenExpired = (remoteName: string): AlarmSpec => ({
  id: 'TokenExpired',
  severity: 'ticket',
  metric: metricOf(remoteName, METRICS.slotsNewlyExpired, Stats.MINIMUM, SEVERAL_RUNS),
  threshold: 1,
  // As for BeatsMissed.
  treatMissingData: TreatMissingData.MISSING,
  description:
    `A slot's token has expired, and no newer token came. TokenRunningOut paged before. Each slot is reported once: the ` +
    `alarm ends when its token has been expired for ${NEWS_MINUTES} minutes, and can then start for the next slot. ` +
    'Likely: the app was uninstalled there and Forge did not report it, or nobody acted on the page. First: is the app still ' +
    "installed? The monitor's last log line names the installations (expired, the latest first). If it isn't, the slot " +
    'is a leftover: delete it, or let the monitor do so (monitor.reapAfterDays in config.ts).',
});

const slotReplaced = (remoteName: string): AlarmSpec => ({
  id: 'SlotReplaced',
  severity: 'ticket',
  metric: metricOf(remoteName, METRICS.slotsNewlyReplaced, Stats.MINIMUM, SEVERAL_RUNS),
  threshold: 1,
  // As for BeatsMissed.
  treatMissingData: TreatMissingData.MISSING,
  description:
    'The app was reinstalled on a site, and the slot of the earlier installation still exists: Forge did not report the ' +
    `uninstall. Nothing fails. Each one is reported once: the alarm ends ${NEWS_MINUTES} minutes after the new ` +
    'installation got its slot. Likely: manifest.yml has no preUninstall module, or its call failed. First: read the ' +
    "monitor's last log line, which names both installations (reinstalled). You can now delete data of the earlier one " +
    '(before). The monitor deletes its slot (monitor.reapAfterDays in config.ts), or you delete it by hand.',
});

const keyServer = (remoteName: string): AlarmSpec => ({
  id: 'KeyServer',
  severity: 'ticket',
  metric: metricOf(remoteName, METRICS.keySetFailures, Stats.MINIMUM, SEVERAL_RUNS),
  threshold: 1,
  // As for BeatsMissed.
  treatMissingData: TreatMissingData.MISSING,
  description:
    `The monitor could not fetch or store Forge's key set ${FEW_RUNS} times in a row. Receivers continue with the kept ` +
    'key set for trustKeysForHours (config.ts); after that they answer 503. Likely: an outage at ' +
    "Atlassian or of a network in between, or SSM refuses the parameter. First: read the last ERROR line of the monitor's log " +
    "group, which says which one it is; then look at status.atlassian.com. If Forge's calls fail, NothingAccepted or " +
    'TokenRunningOut pages.',
});

const monitorSilent = (remoteName: string): AlarmSpec => ({
  id: 'MonitorSilent',
  severity: 'page',
  metric: metricOf(remoteName, METRICS.slotsTotal, Stats.SAMPLE_COUNT, RUN),
  threshold: 1,
  comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
  periods: FEW_RUNS,
  // The only alarm about missing data.
  treatMissingData: TreatMissingData.BREACHING,
  warmUp: WARM_UP,
  description:
    `The monitor has reported nothing in ${FEW_RUNS} runs or more, so nobody would notice a token that ` +
    'runs out. Likely: Secrets Manager or DynamoDB refuses or throttles it, the single slot was deleted by hand, ' +
    'the rule that starts it is disabled, a deployment broke it, or the account has no Lambda concurrency left. First: read ' +
    "the last ERROR line of the monitor's log group, which says what failed; if it has no recent lines, " +
    "look at the rule in EventBridge and at the function's Throttles. After a recent deployment, roll it back.",
});

const metricOf = (
  remoteName: string,
  name: (typeof METRICS)[keyof typeof METRICS],
  statistic: string,
  period: Duration,
) => remoteMetric({ remoteName, name, statistic, period });

const minutes = (seconds: number): number => seconds / 60;
