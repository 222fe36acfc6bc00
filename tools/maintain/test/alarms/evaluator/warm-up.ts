import { propertiesOf } from './template-value';

/** `WarmUpConfiguration` of an alarm. */
export interface WarmUp {
  readonly minutes: number;
  /** Wait for all of it, whatever data there is. */
  readonly whole: boolean;
}

/** The longest warm-up, in minutes (CloudWatch API, WarmUpConfiguration). */
const LONGEST_MINUTES = 2_880;

/** @throws {Error} for a duration that CloudWatch refuses */
export function readWarmUp(alarm: string, value: unknown): WarmUp | undefined {
  if (value === undefined) return undefined;
  const properties = propertiesOf(`${alarm}, WarmUpConfiguration`, value);
  const minutes = properties.number('WarmUpPeriodDurationInMinutes') ?? 0;
  const whole = properties.flag('OnlyStartEvaluatingAfterWarmUpPeriodEnds') ?? false;
  properties.done();
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > LONGEST_MINUTES) {
    throw new Error(`${alarm}: a warm-up of ${minutes} minutes; CloudWatch allows 1 to ${LONGEST_MINUTES}.`);
  }
  return { minutes, whole };
}

/**
 * Whether a new alarm still warms up: it stays in INSUFFICIENT_DATA, and tells nobody. It ends with the warm-up period,
 * or before, as soon as the evaluation window (period × evaluation periods) can be filled and the latest period has a
 * datapoint (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html). The guide's example, a
 * window of 15 minutes and a first datapoint at 10:04, is done "at about 10:19".
 *
 * @param age minutes since the alarm was made
 * @param dataFor minutes since the first datapoint
 */
export function warmsUp(
  { minutes, whole }: WarmUp,
  age: number,
  dataFor: number,
  windowMinutes: number,
  latest: number | undefined,
): boolean {
  if (age >= minutes) return false;
  return whole || latest === undefined || dataFor < windowMinutes;
}
