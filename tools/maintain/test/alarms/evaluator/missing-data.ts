/** State of an alarm. Every alarm begins with INSUFFICIENT_DATA. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** What CloudWatch takes a missing datapoint for: the values of `TreatMissingData`. */
export const MISSING_DATA = ['missing', 'notBreaching', 'breaching', 'ignore'] as const;
export type MissingData = (typeof MISSING_DATA)[number];

/** A period's datapoint, by the threshold; `undefined` when it is missing. */
export type Breaching = boolean | undefined;

/** An "M out of N" alarm. */
export interface Evaluation {
  /** N, `EvaluationPeriods`: how many datapoints are judged. */
  readonly periods: number;
  /** M, `DatapointsToAlarm`: how many of them have to breach. */
  readonly datapointsToAlarm: number;
  readonly missingData: MissingData;
}

/**
 * Judges the datapoints in an alarm's evaluation range, as the CloudWatch User Guide says in "Configuring how CloudWatch
 * alarms treat missing data"
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html):
 *
 * - With N real datapoints in the range, the N latest are judged, from however far back in the range, and what missing
 *   ones are taken for doesn't matter.
 * - With fewer, all real ones are judged, and so many missing ones as there are too few.
 * - "Avoiding premature transitions to alarm state": with `missing`, one breaching datapoint that is at least M periods
 *   old is an alarm, when everything since is breaching or missing.
 *
 * Where the guide leaves room:
 *
 * - "The oldest breaching datapoint" is looked for in the whole evaluation range, as the guide says of M out of N.
 * - A real datapoint that doesn't breach, anywhere in the range, ends the third rule. That is what keeps the guide's
 *   example `0 - X - -`, 2 out of 3, at OK.
 * - A younger breaching datapoint alone (`- - - - X`, 3 out of 3) is INSUFFICIENT_DATA with `missing`, and changes
 *   nothing with `ignore`. The current guide only says that it is no alarm; its earlier edition had that row.
 * - With `ignore` the third rule changes nothing, as in the guide's tables ("Retain current state").
 *
 * @param points from the oldest period of the range to the latest
 * @param current the alarm's state so far
 */
export function judge(points: readonly Breaching[], evaluation: Evaluation, current: AlarmState): AlarmState {
  const { periods, datapointsToAlarm, missingData } = evaluation;
  const real = points.filter((point) => point !== undefined).slice(-periods);
  const breaching = real.filter(Boolean).length;
  const filled = periods - real.length;
  const enough = (count: number): AlarmState => (count >= datapointsToAlarm ? 'ALARM' : 'OK');

  if (filled === 0 || missingData === 'notBreaching') return enough(breaching);
  if (missingData === 'breaching') return enough(breaching + filled);
  if (breaching >= datapointsToAlarm) return 'ALARM';
  if (breaching < real.length) return 'OK';
  // What is left is breaching or missing, all of it, and undecided.
  if (missingData === 'ignore') return current;
  const oldest = points.indexOf(true);
  return oldest >= 0 && points.length - oldest >= datapointsToAlarm ? 'ALARM' : 'INSUFFICIENT_DATA';
}
