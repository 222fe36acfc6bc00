import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { METRICS } from '../../lambda/contract/outcomes';
import { PRICES } from '../prices';
import { remoteMetric } from '../remote-metric';

export interface FunctionWithMemory {
  readonly function: IFunction;
  readonly memorySizeMb: number;
}

/** Costs other than the functions'. */
export interface OtherCosts {
  readonly fixedPerMonth: number;
  /** Whether there is a monitor, which counts the slots. */
  readonly countsSlots: boolean;
  /** The slots' table. Absent if slots are secrets. */
  readonly table?: Table;
}

const HOURS_PER_MONTH = 730;

/**
 * Dollars a month, if all hours were like the one shown: runs and duration of the functions, the slots, and fixed
 * costs. Secrets cost by the month, and are included if a monitor counts them. A table costs by reads and writes.
 */
export function costPerMonth(
  remoteName: string,
  functions: readonly FunctionWithMemory[],
  { fixedPerMonth, countsSlots, table }: OtherCosts,
  hour: Duration,
): IMetric {
  const usingMetrics: Record<string, IMetric> = {};
  const parts = [fixedPerMonth.toFixed(2)];
  if (table) {
    // The table and its index together.
    usingMetrics.writes = table.metricConsumedWriteCapacityUnits({ period: hour, statistic: Stats.SUM });
    usingMetrics.reads = table.metricConsumedReadCapacityUnits({ period: hour, statistic: Stats.SUM });
    parts.push(
      `${HOURS_PER_MONTH} * (${plain(PRICES.tableWriteUnit)} * FILL(writes, 0) + ${plain(PRICES.tableReadUnit)} * FILL(reads, 0))`,
    );
  } else if (countsSlots) {
    usingMetrics.slots = remoteMetric({
      remoteName,
      name: METRICS.slotsTotal,
      statistic: Stats.MAXIMUM,
      period: hour,
    });
    parts.push(`${PRICES.secretMonth} * FILL(slots, 0)`);
  }
  for (const [index, { function: lambda, memorySizeMb }] of functions.entries()) {
    usingMetrics[`runs${index}`] = lambda.metricInvocations({ period: hour, statistic: Stats.SUM });
    usingMetrics[`ms${index}`] = lambda.metricDuration({ period: hour, statistic: Stats.SUM });
    const perMs = (PRICES.lambdaGbSecond * (memorySizeMb / 1024)) / 1000;
    parts.push(
      `${HOURS_PER_MONTH} * (${plain(PRICES.lambdaRun)} * FILL(runs${index}, 0) + ${plain(perMs)} * FILL(ms${index}, 0))`,
    );
  }
  return new MathExpression({ expression: parts.join(' + '), label: 'dollars a month', usingMetrics, period: hour });
}

/** Metric math doesn't support exponents. */
const plain = (price: number): string => price.toFixed(16).replace(/0+$/, '');
