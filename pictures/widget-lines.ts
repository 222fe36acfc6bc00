import { parseExpression } from '../test/alarms/evaluator/expression';
import { compute } from '../test/alarms/evaluator/metric-math';
import type { MetricStore } from '../test/alarms/evaluator/metric-store';
import { statisticOf } from '../test/alarms/evaluator/statistic';
import { ALL_REASONS } from './sample-day';

/** What a widget says of one of its metrics: `[namespace, name, dimension, value, …, how it is drawn]`. */
export type MetricJson = readonly (string | Drawn)[];
interface Drawn {
  readonly label?: string;
  readonly stat?: string;
  readonly period?: number;
  readonly id?: string;
  readonly visible?: boolean;
  readonly expression?: string;
  readonly yAxis?: string;
}

/** A line in a widget: a value for each period, `undefined` where there is no datapoint. */
export interface Line {
  readonly label: string;
  readonly periodMinutes: number;
  readonly values: readonly (number | undefined)[];
}

export interface Range {
  readonly store: MetricStore;
  readonly from: number;
  readonly to: number;
}

/** CloudWatch's default for a dashboard that says nothing else, in seconds. */
const DEFAULT_PERIOD = 300;

/** The lines of a widget, computed from its own JSON as CloudWatch would. */
export function linesOf(metrics: readonly MetricJson[], range: Range): Line[] {
  const byId = new Map(metrics.flatMap((metric) => (drawn(metric).id ? [[drawn(metric).id, metric] as const] : [])));
  return metrics.flatMap((metric): Line[] => {
    const { label = String(metric[1]), expression, visible = true, period = DEFAULT_PERIOD } = drawn(metric);
    if (!visible) return [];
    const periodMinutes = period / 60;
    if (expression === undefined) return [{ label, periodMinutes, values: valuesOf(metric, range) }];
    if (expression.startsWith('SEARCH(')) return searchByReason(expression, range);
    const values = compute(parseExpression(expression), (id) => {
      const used = byId.get(id);
      if (!used) throw new Error(`The expression ${expression} names ${id}, which is no metric of its widget.`);
      return valuesOf(used, range);
    });
    return [{ label, periodMinutes, values: typeof values === 'number' ? [] : values }];
  });
}

function searchByReason(expression: string, range: Range): Line[] {
  const remote = / Remote="([^"]+)"/.exec(expression)?.[1] ?? '';
  return ALL_REASONS.flatMap((reason): Line[] => {
    const metric: MetricJson = ['ForgeRemote', 'Refused', 'Reason', reason, 'Remote', remote, { stat: 'Sum' }];
    const values = valuesOf(metric, range);
    return values.some((value) => value !== undefined) ? [{ label: reason, periodMinutes: 5, values }] : [];
  });
}

function valuesOf(metric: MetricJson, { store, from, to }: Range): (number | undefined)[] {
  const { stat = 'Average', period = DEFAULT_PERIOD } = drawn(metric);
  const [namespace = '', name = '', ...pairs] = metric.filter((part) => typeof part === 'string');
  const dimensions = Object.fromEntries(
    pairs.flatMap((key, index) => (index % 2 === 0 ? [[key, deployedName(key, pairs[index + 1] ?? '')]] : [])),
  );
  const series = store.find({ namespace, name, dimensions });
  const statistic = statisticOf(stat);
  const step = period / 60;
  return Array.from({ length: Math.floor((to - from) / step) }, (_, index) =>
    series ? statistic(series, from + index * step, from + (index + 1) * step) : undefined,
  );
}

/** What is known only once deployed stands as `<logical id>` in the dashboard; the simulated deployment names it so. */
function deployedName(dimension: string, value: string): string {
  const id = /^<(.+)>$/.exec(value)?.[1];
  if (id === undefined) return value;
  return dimension === 'QueueName' ? `${id}.QueueName` : id;
}

export const drawn = (metric: MetricJson): Drawn => {
  const last = metric.at(-1);
  return typeof last === 'object' ? last : {};
};
