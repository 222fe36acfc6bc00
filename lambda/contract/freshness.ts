import { DELIVERED_LIFE_MINUTES } from './slot';

/**
 * How late a delivery may look and still be on time, in minutes: ListSecrets may lag by 5 minutes (AWS's API reference),
 * and Forge fires within the same minute each time. This also covers a delivery that succeeds only at its last retry, 4
 * minutes later.
 */
const SLACK_MINUTES = 6;

/** How often the monitor runs, in minutes. */
export const MONITOR_INTERVAL_MINUTES = 5;

/**
 * How long a token that runs out is counted, in minutes: the alarm is on for as long, and then ready for the next token.
 * Longer than the alarm MonitorSilent takes, so that no token runs out unseen.
 */
export const RUNNING_OUT_COUNTS_FOR_MINUTES = 40;

/**
 * How long it is news that a token began to run out or expired, or that a site was reinstalled, in minutes: each is told
 * once. Longer than the alarm on the first token that runs out, so that a second one always shows beside it.
 */
export const NEWS_MINUTES = 60;

/** Remaining life of a token when somebody hears that it runs out, in minutes: time to find and fix the cause. */
export const TIME_TO_ACT_MINUTES = 45;

/**
 * Longest time until somebody hears that a token runs out, in minutes: the monitor's interval, a minute that EventBridge
 * may be late, and 3 for the run, for its metrics to reach CloudWatch, and for the alarm, which is evaluated every minute.
 */
export const NOTICE_MINUTES = MONITOR_INTERVAL_MINUTES + 1 + 3;

/**
 * Remaining life below which an installation has missed a delivery, in seconds. 0 for an interval so long that the token
 * would expire first; such an interval in manifest.yml is refused.
 *
 * A delivered token has 2 hours left, and the next delivery is due one interval later. So a healthy slot has at least 2
 * hours minus the interval left: 60 minutes if Forge calls every hour.
 *
 * @param intervalMinutes how often Forge delivers a token to each installation
 */
export function lateBelowSeconds(intervalMinutes: number): number {
  return Math.max(0, DELIVERED_LIFE_MINUTES - intervalMinutes - SLACK_MINUTES) * 60;
}

/**
 * Remaining life below which a token is about to run out, in seconds: {@link TIME_TO_ACT_MINUTES} are left when somebody
 * hears of it. At most {@link lateBelowSeconds}, because a healthy slot must not page.
 *
 * With `hour` both are 54 minutes. With `fiveMinute` it is 54, and a token is late below 109: deliveries have then been
 * missing for at least an hour.
 */
export function runningOutBelowSeconds(intervalMinutes: number): number {
  return Math.min(lateBelowSeconds(intervalMinutes), (TIME_TO_ACT_MINUTES + NOTICE_MINUTES) * 60);
}
