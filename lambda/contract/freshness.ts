import { DELIVERED_LIFE_MINUTES } from './slot';

/**
 * How late a delivery may look and still be on time, in minutes: ListSecrets may be 5 minutes behind (AWS's API
 * reference), and Forge fires within the same minute each time. A delivery that succeeds only at its last retry, which
 * is 4 minutes later, is inside as well.
 */
export const SLACK_MINUTES = 6;

/** How often the monitor runs, in minutes. */
export const MONITOR_INTERVAL_MINUTES = 5;

/**
 * How long a token that runs out counts as one, in minutes: the alarm is on for as long, and then free to tell of the
 * next token. Longer than the alarm MonitorSilent takes to say that nobody looks, so that no token is passed over unseen.
 */
export const RUNNING_OUT_COUNTS_FOR_MINUTES = 40;

/**
 * How long it is news that a token has begun to run out or has expired, or that a site was reinstalled, in minutes: each is
 * told once. Longer than the alarm on the first token that runs out is on, so that a second one is always seen beside it.
 */
export const NEWS_MINUTES = 60;

/** Life left of the first token that runs out when somebody is told, in minutes: time to find and mend the cause. */
export const TIME_TO_ACT_MINUTES = 45;

/**
 * Longest time until somebody is told of a token that runs out, in minutes: the monitor's interval, a minute by which
 * EventBridge may start it late, and 3 for the run itself, its metrics on their way into CloudWatch, and the alarm, which
 * is evaluated once a minute.
 */
export const NOTICE_MINUTES = MONITOR_INTERVAL_MINUTES + 1 + 3;

/**
 * Life below which a token's installation has missed a delivery, in seconds. 0 where the interval is so long that it
 * can't be told before the token has expired; manifest.yml is refused with such an interval.
 *
 * A token has 2 hours left when it is delivered, and the next delivery is due one interval later. So a healthy slot
 * never has less left than 2 hours without the interval: 60 minutes where Forge calls every hour.
 *
 * @param intervalMinutes how often Forge delivers a token to each installation
 */
export function lateBelowSeconds(intervalMinutes: number): number {
  return Math.max(0, DELIVERED_LIFE_MINUTES - intervalMinutes - SLACK_MINUTES) * 60;
}

/**
 * Life below which a token is about to run out, in seconds: enough for {@link TIME_TO_ACT_MINUTES} to be left when
 * somebody is told. No more than {@link lateBelowSeconds}, because a healthy slot must not page.
 *
 * With `hour` both are 54 minutes. With `fiveMinute`, where a token is late below 109, it is 54: deliveries have then
 * been missing for at least an hour.
 */
export function runningOutBelowSeconds(intervalMinutes: number): number {
  return Math.min(lateBelowSeconds(intervalMinutes), (TIME_TO_ACT_MINUTES + NOTICE_MINUTES) * 60);
}
