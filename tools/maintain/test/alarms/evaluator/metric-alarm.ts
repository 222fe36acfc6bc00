import { type Expression, idsIn, parseExpression } from './expression';
import { compute, type TimeSeries } from './metric-math';
import type { MetricName, MetricStore } from './metric-store';
import { type Evaluation, MISSING_DATA } from './missing-data';
import { statisticOf } from './statistic';
import { type Properties, propertiesOf } from './template-value';
import { readWarmUp, type WarmUp } from './warm-up';

/** What an alarm looks at: its datapoints in a range of periods. */
export interface Source {
  /** Every metric in it. */
  readonly metrics: readonly MetricName[];
  /** The datapoints of the periods that begin at `starts`, of which what is younger than `end` isn't seen yet. */
  points(store: MetricStore, starts: readonly number[], end: number): TimeSeries;
}

/** An alarm on a metric, or on a metric math expression. */
export interface MetricAlarm extends Evaluation {
  readonly periodMinutes: number;
  /** Whether a datapoint breaches the threshold. */
  readonly breaches: (value: number) => boolean;
  readonly source: Source;
  readonly warmUp?: WarmUp;
}

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

/**
 * Reads an AWS::CloudWatch::Alarm of a template. Of its properties those that all alarms have are already read.
 *
 * @throws {Error} naming the property, or the value, that is missing or not emulated
 */
export function readMetricAlarm(id: string, properties: Properties): MetricAlarm {
  const fail = (what: string): never => {
    throw new Error(`${id}: ${what}.`);
  };
  const comparison = properties.text('ComparisonOperator') ?? '';
  const compare = COMPARISONS[comparison] ?? fail(`ComparisonOperator ${comparison} is not emulated`);
  const threshold = properties.number('Threshold') ?? fail('Threshold is missing');
  const periods = properties.number('EvaluationPeriods') ?? fail('EvaluationPeriods is missing');
  const treatment = properties.text('TreatMissingData') ?? 'missing';
  const missingData = MISSING_DATA.find((known) => known === treatment) ?? fail(`TreatMissingData is ${treatment}`);
  const lowSamples = properties.text('EvaluateLowSampleCountPercentile') ?? 'evaluate';
  if (lowSamples !== 'evaluate') fail(`EvaluateLowSampleCountPercentile ${lowSamples} is not emulated`);
  const warmUp = readWarmUp(id, properties.object('WarmUpConfiguration'));

  const { source, periodSeconds } = readSource(id, properties);
  if (periodSeconds === undefined || periodSeconds % 60 !== 0) fail(`a period of ${periodSeconds} s is not emulated`);
  return {
    periodMinutes: Number(periodSeconds) / 60,
    periods,
    datapointsToAlarm: properties.number('DatapointsToAlarm') ?? periods,
    missingData,
    breaches: (value) => compare(value, threshold),
    source,
    ...(warmUp && { warmUp }),
  };
}

interface FoundSource {
  readonly source: Source;
  readonly periodSeconds: number | undefined;
}

function readSource(id: string, properties: Properties): FoundSource {
  const queries = properties.list('Metrics');
  return queries.length > 0 ? mathSource(id, queries) : readStatistic(properties, properties);
}

/** @param metric where the metric is named, which `Metrics` does one level further down than its statistic */
function readStatistic(metric: Properties, settings: Properties): FoundSource {
  const name: MetricName = {
    namespace: metric.text('Namespace') ?? '',
    name: metric.text('MetricName') ?? '',
    dimensions: readDimensions(metric.list('Dimensions')),
  };
  const periodSeconds = settings.number('Period');
  const minutes = (periodSeconds ?? 0) / 60;
  const statistic = statisticOf(
    settings.text('Stat') ?? settings.text('Statistic') ?? settings.text('ExtendedStatistic') ?? '',
  );
  const source: Source = {
    metrics: [name],
    points(store, starts, end) {
      const series = store.find(name);
      return starts.map((start) => series && statistic(series, start, Math.min(start + minutes, end)));
    },
  };
  return { source, periodSeconds };
}

function readDimensions(dimensions: readonly unknown[]): Record<string, string> {
  return Object.fromEntries(
    dimensions.map((dimension) => {
      const properties = propertiesOf('Dimensions', dimension);
      const pair = [properties.text('Name') ?? '', properties.text('Value') ?? ''] as const;
      properties.done();
      return pair;
    }),
  );
}

function mathSource(alarm: string, queries: readonly unknown[]): FoundSource {
  const statistics = new Map<string, FoundSource>();
  const expressions = new Map<string, Expression>();
  const returned: string[] = [];
  for (const query of queries) {
    const properties = propertiesOf(`${alarm}, Metrics`, query);
    const id = properties.text('Id') ?? '';
    const expression = properties.text('Expression');
    const metricStat = properties.object('MetricStat');
    if (properties.flag('ReturnData') ?? true) returned.push(id);
    properties.ignore('Label');
    properties.done();
    if (expression !== undefined) expressions.set(id, parseExpression(expression));
    else statistics.set(id, readMetricStat(`${alarm}, ${id}`, metricStat));
  }
  const [result, ...others] = returned;
  if (result === undefined || others.length > 0) {
    throw new Error(`${alarm}: ReturnData of exactly one of Metrics is to be true, not of ${returned.join(', ')}.`);
  }
  for (const reference of [...expressions.values()].flatMap(idsIn)) {
    if (!statistics.has(reference) && !expressions.has(reference)) {
      throw new Error(`${alarm}: no metric and no expression has the id ${reference}.`);
    }
  }
  const periods = new Set([...statistics.values()].map(({ periodSeconds }) => periodSeconds));
  if (periods.size !== 1) throw new Error(`${alarm}: the periods of its metrics differ: ${[...periods].join(', ')} s.`);

  const source: Source = {
    metrics: [...statistics.values()].flatMap(({ source: { metrics } }) => metrics),
    points(store, starts, end) {
      const seriesOf = (id: string): TimeSeries => {
        const expression = expressions.get(id);
        if (!expression) return statistics.get(id)?.source.points(store, starts, end) ?? [];
        const value = compute(expression, seriesOf);
        if (typeof value === 'number') throw new Error(`${alarm}: ${id} is a number, not a time series.`);
        return value;
      };
      return seriesOf(result);
    },
  };
  return { source, periodSeconds: [...periods][0] };
}

function readMetricStat(where: string, metricStat: unknown): FoundSource {
  const settings = propertiesOf(`${where}, MetricStat`, metricStat);
  const metric = propertiesOf(`${where}, Metric`, settings.object('Metric'));
  const found = readStatistic(metric, settings);
  metric.done();
  settings.done();
  return found;
}
