import type { Series } from './series';

/** What is computed of the samples from one minute to before another: `undefined`, a missing datapoint, of none. */
export type Statistic = (series: Series, from: number, to: number) => number | undefined;

/**
 * The statistic called `name`: `Sum`, `Maximum`, …, or a percentile such as `p99`.
 *
 * A percentile is the smallest sample that so many per cent of them don't exceed. AWS doesn't say how it interpolates;
 * its alarms evaluate a percentile of few samples as well, unless told otherwise (EvaluateLowSampleCountPercentile).
 *
 * @throws {Error} for a statistic that is not emulated
 */
export function statisticOf(name: string): Statistic {
  const percent = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name)?.[1];
  if (percent !== undefined) return (series, from, to) => series.percentile(Number(percent), from, to);
  const statistic = STATISTICS[name];
  if (!statistic) {
    throw new Error(
      `The statistic ${name} is not emulated. Emulated are ${Object.keys(STATISTICS).join(', ')} and p99.`,
    );
  }
  return (series, from, to) => (series.count(from, to) > 0 ? statistic(series, from, to) : undefined);
}

const STATISTICS: Readonly<Record<string, (series: Series, from: number, to: number) => number>> = {
  Sum: (series, from, to) => series.sum(from, to),
  SampleCount: (series, from, to) => series.count(from, to),
  Average: (series, from, to) => series.sum(from, to) / series.count(from, to),
  Minimum: (series, from, to) => series.minimum(from, to),
  Maximum: (series, from, to) => series.maximum(from, to),
};
