import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import {
  LEFT_OVER_AFTER_MINUTES,
  lateBelowSeconds,
  runningOutBelowSeconds,
  SWEEP_INTERVAL_MINUTES,
} from '../../lambda/contract/freshness';
import { METRICS } from '../../lambda/contract/metrics';
import { remoteMetric } from '../remote-metric';
import { type AlarmSpec, addAlarms, type GradedAlarm } from './add-alarms';

/** Sweeps in a row before something is told that isn't urgent yet. */
const FEW_SWEEPS = 3;

/** One sweep. */
const SWEEP = Duration.minutes(SWEEP_INTERVAL_MINUTES);

/** Never without a sweep, though one may be late: an empty period is judged by an older one. It delays no alarm. */
const TWO_SWEEPS = Duration.minutes(2 * SWEEP_INTERVAL_MINUTES);

/** {@link FEW_SWEEPS}, in one period: its minimum is what all of them found. */
const SEVERAL_SWEEPS = Duration.minutes(FEW_SWEEPS * SWEEP_INTERVAL_MINUTES);

/** Time for a deployment to go on after it has made the alarm, and for the first sweeps. */
const WARM_UP = Duration.minutes(30);

export interface MonitorAlarmsProps {
  /** How often Forge delivers a token to each installation. */
  readonly tokenInterval: Duration;
  /** Value of the dimension `Remote` of the monitor's metrics. */
  readonly remoteName: string;
}

/** What the monitor can find, and its own silence, as alarms. */
export class MonitorAlarms extends Construct {
  readonly alarms: readonly GradedAlarm[];

  constructor(scope: Construct, id: string, { tokenInterval, remoteName }: MonitorAlarmsProps) {
    super(scope, id);
    const intervalMinutes = tokenInterval.toMinutes();
    this.alarms = addAlarms(this, [
      tokenRunningOut(remoteName, intervalMinutes),
      beatsMissed(remoteName, intervalMinutes),
      tokenExpired(remoteName),
      monitorSilent(remoteName),
    ]);
  }
}

const tokenRunningOut = (remoteName: string, intervalMinutes: number): AlarmSpec => ({
  id: 'TokenRunningOut',
  severity: 'page',
  metric: metricOf(remoteName, METRICS.minTokenSecondsLeft, Stats.MINIMUM, TWO_SWEEPS),
  threshold: runningOutBelowSeconds(intervalMinutes),
  comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
  // There is none before the first token. To take that for health would also call it health when the monitor stops
  // while a token runs out; as "missing" it is neither, and nobody is told.
  treatMissingData: TreatMissingData.MISSING,
  description:
    `A token has under ${minutes(runningOutBelowSeconds(intervalMinutes))} minutes left, or has expired: Forge has ` +
    'stopped delivering, and nobody can ask it for a token. Once it has expired, every call to Atlassian fails. ' +
    'Likely: our receiver refuses or fails (see its alarms), baseUrl in manifest.yml is not the deployed URL, the ' +
    'scheduled trigger was changed or removed, the app was uninstalled and we were not told, or Forge is down. ' +
    "First: the monitor's last log line names the installations (late, expired). One of many: is the app still " +
    "installed there? All of them: read the receiver's log. With calls in it, it says why they are refused; without " +
    'any, run npm run manifest -- --check, then look at status.atlassian.com.',
});

const beatsMissed = (remoteName: string, intervalMinutes: number): AlarmSpec => ({
  id: 'BeatsMissed',
  severity: 'ticket',
  metric: metricOf(remoteName, METRICS.slotsLate, Stats.MINIMUM, SEVERAL_SWEEPS),
  threshold: 1,
  // The monitor says 0 when none is late. No datapoint is no such news, and has an alarm of its own.
  treatMissingData: TreatMissingData.MISSING,
  description:
    `Installations have a valid token that is older than it could be: under ${minutes(lateBelowSeconds(intervalMinutes))} ` +
    `minutes are left, so a delivery is missing, which is due every ${intervalMinutes} minutes. It ends when Forge ` +
    'delivers again, or when the token has expired (then SlotsExpired counts it). Likely: as for TokenRunningOut; for ' +
    'one installation among many an uninstall that we were not told of, or a license that ran out where the trigger ' +
    "has a filter. First: the monitor's last log line names the late installations; look for them in the receiver's log.",
});

const tokenExpired = (remoteName: string): AlarmSpec => ({
  id: 'TokenExpired',
  severity: 'ticket',
  metric: metricOf(remoteName, METRICS.slotsExpired, Stats.MINIMUM, SEVERAL_SWEEPS),
  threshold: 1,
  // As for BeatsMissed.
  treatMissingData: TreatMissingData.MISSING,
  description:
    'Slots hold a token that has expired. TokenRunningOut paged before the first of them did, and goes on for ' +
    `${LEFT_OVER_AFTER_MINUTES} minutes after; then such a slot is taken for one that is left over, while others have a ` +
    'token. Likely: the app was uninstalled there and we were not told; or nobody acted on the page. First: is the app ' +
    "still installed? The monitor's last log line names the installations (expired). If it isn't, delete its slot, or " +
    'let the monitor do it (monitor.reapAfterDays in config.ts).',
});

const monitorSilent = (remoteName: string): AlarmSpec => ({
  id: 'MonitorSilent',
  severity: 'page',
  metric: metricOf(remoteName, METRICS.slotsTotal, Stats.SAMPLE_COUNT, SWEEP),
  threshold: 1,
  comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
  periods: FEW_SWEEPS,
  // The only thing that this alarm is about.
  treatMissingData: TreatMissingData.BREACHING,
  warmUp: WARM_UP,
  description:
    `The monitor has reported nothing in ${FEW_SWEEPS} sweeps or more, so nobody would notice that a ` +
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
