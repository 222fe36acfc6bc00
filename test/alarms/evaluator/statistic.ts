import type { Series, Statistic } from './metric-store';

/**
 * The statistic called `name`, of the minutes from `from` to before `to`: `undefined` where there is no sample, which is
 * a missing datapoint.
 *
 * A percentile is the smallest sample that so many per cent of them don't exceed. AWS doesn't say how it interpolates;
 * its alarms evaluate a percentile of few samples as well, unless told otherwise (EvaluateLowSampleCountPercentile).
 *
 * @throws {Error} for a statistic that is not emulated
 */
export function statisticOf(name: string): Statistic {
  const percent = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name)?.[1];
  if (percent !== undefined) return (series, from, to) => percentile(series, from, to, Number(percent));
  const statistic = STATISTICS[name];
  if (!statistic) {
    throw new Error(
      `The statistic ${name} is not emulated. Emulated are ${Object.keys(STATISTICS).join(', ')} and p99.`,
    );
  }
  return statistic;
}

const STATISTICS: Readonly<Record<string, Statistic>> = {
  Sum: (series, from, to) => ifAny(total(series.counts, from, to), total(series.sums, from, to)),
  SampleCount: (series, from, to) => {
    const count = total(series.counts, from, to);
    return ifAny(count, count);
  },
  Average: (series, from, to) => {
    const count = total(series.counts, from, to);
    return ifAny(count, total(series.sums, from, to) / count);
  },
  Minimum: ({ minima }, from, to) => finite(fold(minima, from, to, Number.POSITIVE_INFINITY, Math.min)),
  Maximum: ({ maxima }, from, to) => finite(fold(maxima, from, to, Number.NEGATIVE_INFINITY, Math.max)),
};

function fold(
  values: Float64Array,
  from: number,
  to: number,
  start: number,
  next: (a: number, b: number) => number,
): number {
  let result = start;
  for (let minute = Math.max(0, from); minute < to; minute++) result = next(result, values[minute] ?? start);
  return result;
}

function total(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let minute = Math.max(0, from); minute < to; minute++) sum += values[minute] ?? 0;
  return sum;
}

const ifAny = (count: number, value: number): number | undefined => (count > 0 ? value : undefined);
const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

function percentile({ values }: Series, from: number, to: number, percent: number): number | undefined {
  const counts = new Map<number, number>();
  let samples = 0;
  for (let minute = Math.max(0, from); minute < to; minute++) {
    const pairs = values[minute] ?? [];
    for (let index = 0; index < pairs.length; index += 2) {
      const [value = 0, count = 0] = [pairs[index], pairs[index + 1]];
      counts.set(value, (counts.get(value) ?? 0) + count);
      samples += count;
    }
  }
  let below = 0;
  for (const [value, count] of [...counts].sort(([a], [b]) => a - b)) {
    below += count;
    if (below >= (samples * percent) / 100) return value;
  }
  return undefined;
}
