import { DIMENSIONS, METRIC_NAMESPACE, METRICS, REASONS } from '../../../../lambda/contract/outcomes';
import type { MetricStore } from '../../test/alarms/evaluator/metric-store';
import { noise } from './noise';
import { epochMs, type TimeRange, utc } from './time';

/** A line of the receiver's log, by its fields. One that is absent is empty. */
export type LogRow = Readonly<Record<string, string>>;

/** What strangers ask for. */
const PATHS = ['/.env', '/', '/wp-login.php', '/.git/config', '/admin', '/api/v1/pods'];

/** What the receiver says beside the reason, as its code words it. */
const DETAILS: Readonly<Record<string, (chance: number) => string>> = {
  'route-unknown': (chance) => `path "${PATHS[Math.floor(chance * PATHS.length)]}"; known: /forge/token`,
  'method-not-allowed': () => 'method "GET"',
};

/**
 * The receiver's log lines of the calls that were refused in `range`, the latest first. How many there are, and when, is
 * what its metrics count; they don't have the second nor the detail. Of the time only that of the day is shown.
 */
export function refusalRows(store: MetricStore, remoteName: string, range: TimeRange): LogRow[] {
  const calls = Object.keys(REASONS).flatMap((reason, salt) => {
    const dimensions = { [DIMENSIONS.remote]: remoteName, [DIMENSIONS.reason]: reason };
    const series = store.find({ namespace: METRIC_NAMESPACE, name: METRICS.refused, dimensions });
    return [...new Set(series?.busy)]
      .filter((minute) => minute >= range.from && minute < range.to)
      .flatMap((minute) =>
        Array.from({ length: series?.sum(minute, minute + 1) ?? 0 }, (_, index) => ({
          reason,
          chance: noise(minute + index, 40 + salt),
          atMs: epochMs(minute) + Math.floor(noise(minute * 100 + index, 41 + salt) * 60_000),
        })),
      );
  });
  return calls
    .sort((a, b) => b.atMs - a.atMs)
    .map(({ reason, chance, atMs }) => ({
      '@timestamp': utc(atMs).slice(-8),
      reason,
      detail: DETAILS[reason]?.(chance) ?? '',
    }));
}
