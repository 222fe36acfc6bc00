import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
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

/** Runs of the monitor in a row before it reports something that isn't urgent yet. */
const FEW_RUNS = 3;

/** One run of the monitor. */
const RUN = Duration.minutes(MONITOR_INTERVAL_MINUTES);

/** Long enough for a late run: CloudWatch judges an empty period by an older one. It delays no alarm. */
const TWO_RUNS = Duration.minutes(2 * MONITOR_INTERVAL_MINUTES);

/** {@link FEW_RUNS}, in one period: its minimum is what all of them found. */
const SEVERAL_RUNS = Duration.minutes(FEW_RUNS * MONITOR_INTERVAL_MINUTES);

/** Time for a deployment to go on after it has made the alarm, and for the monitor's first runs. */
const WARM_UP = Duration.minutes(30);

/** The longest interval at which Forge calls a healthy stage, an hour, and time for a late call. */
const FORGE_SHOULD_HAVE_CALLED = Duration.minutes(70);

/** Tokens that run out together. A single one is most likely a site whose uninstall we were not told of. */
const SEVERAL = 2;

/** Calls that may be Forge's: one interval's call, and a second one. */
const UNPROVEN_CALLS = 2;

export interface MonitorAlarmsProps extends AlarmOptions {
  /** How often Forge delivers a token to each installation. */
  readonly tokenInterval: Duration;
  /** Whether each installation has a slot. */
  readonly manySlots: boolean;
  /** Value of the dimension `Remote` of the monitor's metrics. */
  readonly remoteName: string;
}

/** Alarms for what the monitor finds, and for its own silence. */
export class MonitorAlarms extends Construct {
  readonly alarms: AlarmsBySeverity;

  constructor(scope: Construct, id: string, props: MonitorAlarmsProps) {
    super(scope, id);
    const { tokenInterval, manySlots, remoteName, ...options } = props;
    const intervalMinutes = tokenInterval.toMinutes();
    const specs = [
      tokenRunningOut(remoteName, intervalMinutes),
      ...(manySlots ? [severalRunningOut(remoteName)] : []),
      nothingAccepted(remoteName),
      monitorSilent(remoteName),
      beatsMissed(remoteName, intervalMinutes),
      tokenExpired(remoteName),
      ...(manySlots ? [slotReplaced(remoteName)] : []),
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
  // Before the first token there is no data. Neither health nor an alarm: "not breaching" would also hide a monitor that
  // stops while a token runs out.
  treatMissingData: TreatMissingData.MISSING,
  description:
    `A token has under ${minutes(runningOutBelowSeconds(intervalMinutes))} minutes left: Forge has stopped delivering, ` +
    'and nobody can ask it for a token. Once it has expired, every call to Atlassian fails. The alarm ends ' +
    `${RUNNING_OUT_COUNTS_FOR_MINUTES} minutes later while other tokens last, so that it can tell of the next one. ` +
    'Likely: our receiver refuses or fails (see its alarms), baseUrl in manifest.yml is not the deployed URL, the ' +
    'scheduled trigger was changed or removed, the app was uninstalled and we were not told, or Forge is down. ' +
    "First: the monitor's last log line names the installations (late, expired). One of many: is the app still " +
    "installed there? All of them: read the receiver's log. With calls in it, it says why they are refused; without " +
    'any, run npm run manifest -- --check, then look at status.atlassian.com.',
});

/** An alarm of its own: TokenRunningOut is already on when the next token begins to run out. */
const severalRunningOut = (remoteName: string): AlarmSpec => ({
  id: 'SeveralRunningOut',
  severity: 'page',
  metric: metricOf(remoteName, METRICS.slotsRunningOut, Stats.MAXIMUM, TWO_RUNS),
  threshold: SEVERAL,
  // As for BeatsMissed.
  treatMissingData: TreatMissingData.MISSING,
  description:
    `At least ${SEVERAL} tokens have begun to run out within ${NEWS_MINUTES} minutes: this is no single ` +
    'site that was uninstalled. Forge has stopped delivering, or its calls fail. Likely: our receiver refuses or fails ' +
    '(see its alarms), baseUrl in manifest.yml is not the deployed URL, the scheduled trigger was changed or removed, or ' +
    "Forge is down. First: read the receiver's log. With calls in it, it says why they are refused; without any, run npm " +
    'run manifest -- --check, then look at status.atlassian.com.',
});

const nothingAccepted = (remoteName: string): AlarmSpec => ({
  id: 'NothingAccepted',
  severity: 'page',
  metric: new MathExpression({
    label: 'Calls come, none is accepted, and Forge should have called',
    expression: `IF(accepted == 0 AND unproven >= ${UNPROVEN_CALLS} AND life > 0, 1, 0)`,
    usingMetrics: {
      accepted: metricOf(remoteName, METRICS.accepted, Stats.SUM, FORGE_SHOULD_HAVE_CALLED),
      unproven: metricOf(remoteName, METRICS.unproven, Stats.SUM, FORGE_SHOULD_HAVE_CALLED),
      // A token is valid, and only a call that was accepted brings one: no stranger can make this true.
      life: metricOf(remoteName, METRICS.minTokenSecondsLeft, Stats.MINIMUM, FORGE_SHOULD_HAVE_CALLED),
    },
    period: FORGE_SHOULD_HAVE_CALLED,
  }),
  threshold: 1,
  description:
    'A token is valid, so the app is installed and Forge should have called within 70 minutes. Calls came, none of them ' +
    "could be proven to be Forge's, and none was accepted: tokens will run out. Likely: app.id in manifest.yml is not the app that calls " +
    "(audience-wrong), Forge's key server can't be reached (key-server-unavailable), Forge has new keys that the key " +
    "server does not show (key-unknown), or Forge is silent and the calls are a stranger's. First: find the reason in " +
    'the dashboard or with npm run doctor; after a fresh deployment, roll it back; then look at status.atlassian.com.',
});

const beatsMissed = (remoteName: string, intervalMinutes: number): AlarmSpec => ({
  id: 'BeatsMissed',
  severity: 'ticket',
  metric: metricOf(remoteName, METRICS.slotsLate, Stats.MINIMUM, SEVERAL_RUNS),
  threshold: 1,
  // The monitor reports 0 when none is late. Missing data has an alarm of its own, MonitorSilent.
  treatMissingData: TreatMissingData.MISSING,
  description:
    `Installations have a valid token that is older than it could be: under ${minutes(lateBelowSeconds(intervalMinutes))} ` +
    `minutes are left, so a delivery is missing, which is due every ${intervalMinutes} minutes. It ends when Forge ` +
    'delivers again, or when the token has expired (then TokenExpired tells). Likely: as for TokenRunningOut; for ' +
    'one installation among many an uninstall that we were not told of, or a license that ran out where the trigger ' +
    "has a filter. First: the monitor's last log line names the late installations; look for them in the receiver's log.",
});

const tokenExpired = (remoteName: string): AlarmSpec => ({
  id: 'TokenExpired',
  severity: 'ticket',
  metric: metricOf(remoteName, METRICS.slotsNewlyExpired, Stats.MINIMUM, SEVERAL_RUNS),
  threshold: 1,
  // As for BeatsMissed.
  treatMissingData: TreatMissingData.MISSING,
  description:
    `A slot's token has expired, and no other token came for it. TokenRunningOut paged before. Each slot is told once: ` +
    `the alarm ends when its token has been expired for ${NEWS_MINUTES} minutes, and is then free to tell of the next. ` +
    'Likely: the app was uninstalled there and we were not told; or nobody acted on the page. First: is the app still ' +
    "installed? The monitor's last log line names the installations (expired, the latest first). If it isn't, the slot " +
    'is left over: delete it, or leave that to the monitor (monitor.reapAfterDays in config.ts).',
});

const slotReplaced = (remoteName: string): AlarmSpec => ({
  id: 'SlotReplaced',
  severity: 'ticket',
  metric: metricOf(remoteName, METRICS.slotsNewlyReplaced, Stats.MINIMUM, SEVERAL_RUNS),
  threshold: 1,
  // As for BeatsMissed.
  treatMissingData: TreatMissingData.MISSING,
  description:
    'The app was reinstalled on a site, and the slot of the earlier installation is still there: we were not told of ' +
    `the uninstall. Nothing fails. Each one is told once: the alarm ends ${NEWS_MINUTES} minutes after the new ` +
    'installation has its slot. Likely: manifest.yml has no preUninstall module, or its call failed. First: the ' +
    "monitor's last log line names both installations (reinstalled). Data that belongs to the earlier one (before) can " +
    'go now. Its slot is deleted by the monitor (monitor.reapAfterDays in config.ts), or by hand.',
});

const keyServer = (remoteName: string): AlarmSpec => ({
  id: 'KeyServer',
  severity: 'ticket',
  metric: metricOf(remoteName, METRICS.keySetFailures, Stats.MINIMUM, SEVERAL_RUNS),
  threshold: 1,
  // As for BeatsMissed.
  treatMissingData: TreatMissingData.MISSING,
  description:
    `The monitor could not fetch Forge's key set, or not keep it, ${FEW_RUNS} times in a row. Receivers go on with the ` +
    'set that was kept last, for trustKeysForHours in config.ts; after that they answer 503. Likely: an outage at ' +
    "Atlassian, a network in between, or SSM refuses the parameter. First: the last ERROR line of the monitor's log " +
    "group says which; then look at status.atlassian.com. When Forge's calls fail, NothingAccepted or TokenRunningOut " +
    'pages.',
});

const monitorSilent = (remoteName: string): AlarmSpec => ({
  id: 'MonitorSilent',
  severity: 'page',
  metric: metricOf(remoteName, METRICS.slotsTotal, Stats.SAMPLE_COUNT, RUN),
  threshold: 1,
  comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
  periods: FEW_RUNS,
  // This alarm is about missing data, and nothing else.
  treatMissingData: TreatMissingData.BREACHING,
  warmUp: WARM_UP,
  description:
    `The monitor has reported nothing in ${FEW_RUNS} runs or more, so nobody would notice that a ` +
    'token runs out. Likely: Secrets Manager or DynamoDB refuses or throttles it, the single slot was deleted by hand, ' +
    'the rule that starts it is disabled, a deployment broke it, or Lambda has no concurrency left in the account. First: read ' +
    "the last ERROR line of the monitor's log group, which says what failed; without any line in the last minutes, " +
    "look at the rule in EventBridge and at the function's Throttles. After a fresh deployment, roll it back.",
});

const metricOf = (
  remoteName: string,
  name: (typeof METRICS)[keyof typeof METRICS],
  statistic: string,
  period: Duration,
) => remoteMetric({ remoteName, name, statistic, period });

const minutes = (seconds: number): number => seconds / 60;
