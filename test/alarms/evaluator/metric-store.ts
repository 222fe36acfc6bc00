/** A metric as CloudWatch keeps it: another set of dimensions is another metric. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What is computed of the samples in one period: `Sum`, `Maximum`, …, or a percentile such as `p99`. */
export type Statistic = (series: Series, from: number, to: number) => number | undefined;

/** Samples of one metric, by the minute. */
export interface Series {
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  readonly minima: Float64Array;
  readonly maxima: Float64Array;
  /** Of each minute with samples: value, how often, value, how often, … */
  readonly values: (number[] | undefined)[];
  /** The first minute with a sample. */
  first: number;
}

/** Metric samples of a simulated time that begins with minute 0. */
export class MetricStore {
  private readonly series = new Map<string, Series>();

  /** @param minutes how long that time is */
  constructor(readonly minutes: number) {}

  /** Adds `count` samples of the same value. What lies beyond the simulated time is dropped: nobody will see it. */
  add(metric: MetricName, minute: number, value: number, count = 1): void {
    if (minute < 0 || minute >= this.minutes || count === 0) return;
    const key = keyOf(metric);
    let series = this.series.get(key);
    if (!series) {
      series = createSeries(this.minutes);
      this.series.set(key, series);
    }
    series.counts[minute] = (series.counts[minute] ?? 0) + count;
    series.sums[minute] = (series.sums[minute] ?? 0) + value * count;
    series.minima[minute] = Math.min(series.minima[minute] ?? value, value);
    series.maxima[minute] = Math.max(series.maxima[minute] ?? value, value);
    series.first = Math.min(series.first, minute);
    const values = series.values[minute];
    if (values) values.push(value, count);
    else series.values[minute] = [value, count];
  }

  /** `undefined` for a metric that has no sample. */
  find(metric: MetricName): Series | undefined {
    return this.series.get(keyOf(metric));
  }
}

const createSeries = (minutes: number): Series => ({
  counts: new Float64Array(minutes),
  sums: new Float64Array(minutes),
  minima: new Float64Array(minutes).fill(Number.POSITIVE_INFINITY),
  maxima: new Float64Array(minutes).fill(Number.NEGATIVE_INFINITY),
  values: [],
  first: Number.POSITIVE_INFINITY,
});

const keyOf = ({ namespace, name, dimensions }: MetricName): string =>
  JSON.stringify([namespace, name, ...Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
