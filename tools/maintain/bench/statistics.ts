/**
 * The value below which this share of `values` lies (nearest rank).
 *
 * @param share from 0 to 1: 0.5 is the median
 * @throws {RangeError} when there are no values
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('There are no values to take a quantile of.');
  return value;
}

/** Two decimals: what comes after them is noise. */
export const round = (value: number) => Math.round(value * 100) / 100;
