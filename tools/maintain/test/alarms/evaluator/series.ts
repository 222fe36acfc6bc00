/** Samples of one metric, by the minute of a simulated time. They are added first and looked at then. */
export class Series {
  /** The first minute with a sample. */
  first = Number.POSITIVE_INFINITY;
  /** The minutes with samples, some of them more than once. */
  readonly busy: number[] = [];
  private readonly minima: Float64Array;
  private readonly maxima: Float64Array;
  /** Minute, value, how often; minute, value, how often; … */
  private readonly samples: number[] = [];
  /** Of all minutes before one: made when they are first asked for. */
  private counts: Float64Array | undefined;
  private sums: Float64Array | undefined;
  private countsByValue: readonly (readonly [value: number, counts: Float64Array])[] | undefined;

  /** @param minutes how long that time is */
  constructor(private readonly minutes: number) {
    this.minima = new Float64Array(minutes).fill(Number.POSITIVE_INFINITY);
    this.maxima = new Float64Array(minutes).fill(Number.NEGATIVE_INFINITY);
  }

  add(minute: number, value: number, count: number): void {
    this.samples.push(minute, value, count);
    this.minima[minute] = Math.min(this.minima[minute] ?? value, value);
    this.maxima[minute] = Math.max(this.maxima[minute] ?? value, value);
    this.first = Math.min(this.first, minute);
    if (this.busy.at(-1) !== minute) this.busy.push(minute);
    this.counts = undefined;
    this.sums = undefined;
    this.countsByValue = undefined;
  }

  /** How many samples there are from one minute to before another. */
  count(from: number, to: number): number {
    this.counts ??= this.totals((_, count) => count);
    return between(this.counts, from, to);
  }

  sum(from: number, to: number): number {
    this.sums ??= this.totals((value, count) => value * count);
    return between(this.sums, from, to);
  }

  /** Infinite where there is no sample. */
  minimum(from: number, to: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let minute = Math.max(0, from); minute < to; minute++) least = Math.min(least, this.minima[minute] ?? least);
    return least;
  }

  maximum(from: number, to: number): number {
    let most = Number.NEGATIVE_INFINITY;
    for (let minute = Math.max(0, from); minute < to; minute++) most = Math.max(most, this.maxima[minute] ?? most);
    return most;
  }

  /** The smallest sample that so many per cent of them don't exceed; `undefined` where there is none. */
  percentile(percent: number, from: number, to: number): number | undefined {
    this.countsByValue ??= this.totalsByValue();
    const rank = (this.count(from, to) * percent) / 100;
    let upTo = 0;
    for (const [value, counts] of rank > 0 ? this.countsByValue : []) {
      upTo += between(counts, from, to);
      if (upTo >= rank) return value;
    }
    return undefined;
  }

  private totals(of: (value: number, count: number) => number): Float64Array {
    const totals = new Float64Array(this.minutes + 1);
    for (let index = 0; index < this.samples.length; index += 3) {
      const after = (this.samples[index] ?? 0) + 1;
      totals[after] = (totals[after] ?? 0) + of(this.samples[index + 1] ?? 0, this.samples[index + 2] ?? 0);
    }
    for (let minute = 1; minute < totals.length; minute++)
      totals[minute] = (totals[minute] ?? 0) + (totals[minute - 1] ?? 0);
    return totals;
  }

  private totalsByValue() {
    const values = new Set(this.samples.filter((_, index) => index % 3 === 1));
    return [...values]
      .sort((a, b) => a - b)
      .map((value) => [value, this.totals((other, count) => (other === value ? count : 0))] as const);
  }
}

const between = (totals: Float64Array, from: number, to: number): number =>
  to <= from ? 0 : (totals[Math.max(0, to)] ?? 0) - (totals[Math.max(0, from)] ?? 0);
