import { parseExpression } from '../../test/alarms/evaluator/expression';
import { compute, type TimeSeries } from '../../test/alarms/evaluator/metric-math';
import type { MetricName, MetricStore } from '../../test/alarms/evaluator/metric-store';
import { statisticOf } from '../../test/alarms/evaluator/statistic';
import type { MetricProperties } from '../dashboard-body';
import type { TimeRange } from '../day/time';
import { isSearch, parseSearch } from './search';

/** What a widget draws of one metric, or of one expression. */
export interface Line {
  readonly label: string;
  readonly color: string;
  readonly axis: 'left' | 'right';
  readonly points: readonly Point[];
}

export interface Point {
  /** Where its period begins. */
  readonly minute: number;
  /** Absent where there is no datapoint. */
  readonly value: number | undefined;
}

/** Without points that are as high as both their neighbours: a line through the others is the same line. */
export const withoutFlatRuns = (points: readonly Point[]): Point[] =>
  points.filter(({ value }, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    return !before || !after || before.value !== value || after.value !== value;
  });

type Entry = MetricProperties['metrics'][number];
type Options = Exclude<Entry[number], string>;

/** A metric of a widget, or an expression, with what it says of how it is drawn. */
interface Query {
  readonly options: Options;
  /** Absent for an expression. */
  readonly metric?: MetricName;
}

/** What CloudWatch takes where a metric says nothing ("Dashboard Body Structure and Syntax"). */
const DEFAULT_STAT = 'Average';
const DEFAULT_PERIOD_SECONDS = 300;

/** Those of `Color` in the CDK, in an order that tells neighbours apart. AWS doesn't say which it takes first. */
const COLORS = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#7f7f7f'];

/**
 * What a metric widget shows of the metrics in `store`.
 *
 * @throws {Error} naming the id or the expression that is not emulated
 */
export function linesOf(properties: MetricProperties, store: MetricStore, range: TimeRange): Line[] {
  const queries = properties.metrics.map(readEntry);
  const byId = new Map(queries.map((query) => [query.options.id, query]));
  const periodOf = ({ period }: Options): number => period ?? properties.period ?? DEFAULT_PERIOD_SECONDS;

  function seriesOf({ metric, options }: Query): TimeSeries {
    const starts = startsOf(range, periodOf(options));
    if (metric) return valuesOf(store, metric, options.stat ?? properties.stat ?? DEFAULT_STAT, starts, range);
    const text = 'expression' in options ? options.expression : '';
    const result = compute(parseExpression(text), (id) => {
      const used = byId.get(id);
      if (!used) throw new Error(`${text}: no metric has the id ${id}.`);
      if (periodOf(used.options) !== periodOf(options)) {
        throw new Error(`${text}: ${id} has a period of ${periodOf(used.options)} s, not ${periodOf(options)} s.`);
      }
      return seriesOf(used);
    });
    return typeof result === 'number' ? starts.map(() => result) : result;
  }

  function found(query: Query): { label: string; period: number; series: TimeSeries }[] {
    const { options, metric } = query;
    if (!('expression' in options) || !isSearch(options.expression)) {
      const label = options.label ?? metric?.name ?? options.id ?? '';
      return [{ label, period: periodOf(options), series: seriesOf(query) }];
    }
    const { candidates, stat, period } = parseSearch(options.expression);
    return candidates
      .map((candidate) => ({
        label: candidate.label,
        period,
        series: valuesOf(store, candidate.metric, stat, startsOf(range, period), range),
      }))
      .filter(({ series }) => series.some((value) => value !== undefined));
  }

  return queries
    .filter(({ options }) => options.visible !== false)
    .flatMap((query) => found(query).map((line) => ({ ...line, options: query.options })))
    .map(({ label, period, series, options }, index) => ({
      label,
      color: options.color ?? COLORS[index % COLORS.length] ?? '',
      axis: options.yAxis ?? 'left',
      points: startsOf(range, period).map((minute, at) => ({ minute, value: series[at] })),
    }));
}

function readEntry(entry: Entry): Query {
  const parts: readonly (string | Options)[] = entry;
  const [namespace = '', name = '', ...rest] = parts.filter((part) => typeof part === 'string');
  const options = parts.find((part) => typeof part !== 'string') ?? {};
  if (namespace === '') return { options };
  const dimensions = Object.fromEntries(
    rest.flatMap((dimension, index) => (index % 2 === 0 ? [[dimension, rest[index + 1] ?? '']] : [])),
  );
  return { options, metric: { namespace, name, dimensions } };
}

/** The first period begins with the range. */
function startsOf({ from, to }: TimeRange, periodSeconds: number): number[] {
  const minutes = periodSeconds / 60;
  return Array.from({ length: Math.floor((to - from) / minutes) }, (_, index) => from + index * minutes);
}

function valuesOf(
  store: MetricStore,
  metric: MetricName,
  stat: string,
  starts: readonly number[],
  { to }: TimeRange,
): TimeSeries {
  const statistic = statisticOf(stat);
  const series = store.find(metric);
  return starts.map((start, index) => series && statistic(series, start, starts[index + 1] ?? to));
}
