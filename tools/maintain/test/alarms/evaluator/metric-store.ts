import { Series } from './series';

/** A metric as CloudWatch keeps it: another set of dimensions is another metric. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Metric samples of a simulated time that begins with minute 0. */
export class MetricStore {
  private readonly series = new Map<string, Series>();
  private readonly keys = new WeakMap<MetricName, string>();

  /** @param minutes how long that time is */
  constructor(readonly minutes: number) {}

  /** Adds `count` samples of the same value. What lies beyond the simulated time is dropped: nobody will see it. */
  add(metric: MetricName, minute: number, value: number, count = 1): void {
    if (minute < 0 || minute >= this.minutes || count === 0) return;
    const key = this.keyOf(metric);
    const series = this.series.get(key) ?? new Series(this.minutes);
    this.series.set(key, series);
    series.add(minute, value, count);
  }

  /** `undefined` for a metric that has no sample. */
  find(metric: MetricName): Series | undefined {
    return this.series.get(this.keyOf(metric));
  }

  private keyOf(metric: MetricName): string {
    const { namespace, name, dimensions } = metric;
    const sorted = () => Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = this.keys.get(metric) ?? JSON.stringify([namespace, name, ...sorted()]);
    this.keys.set(metric, key);
    return key;
  }
}
