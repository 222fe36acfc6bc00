import type { Expression, Operator } from './expression';

/** Datapoints of a range of periods, the oldest first; `undefined` is a missing one. */
export type TimeSeries = readonly (number | undefined)[];

/** What an expression yields: a time series, or a scalar, which has the same value in every period. */
export type Value = TimeSeries | number;

/**
 * Computes a metric math expression over a range of periods, as the CloudWatch User Guide says in "Using math
 * expressions with CloudWatch metrics"
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html).
 *
 * - A missing datapoint counts as 0 where the other operand has one. Where both are missing, there is no result.
 * - A division by zero drops the datapoint.
 * - IF drops the datapoint where the condition is missing, or where it is false and there is nothing else; where it is
 *   true and the value is missing, the result is 0.
 *
 * Where the guide leaves room:
 *
 * - FILL fills every period of the evaluation range, of a metric that has never had a datapoint as well.
 * - MIN and MAX of several time series leave missing datapoints out.
 *
 * @param seriesOf the time series of an id
 * @throws {Error} naming a function, or a use of one, that is not emulated
 */
export function compute(expression: Expression, seriesOf: (id: string) => TimeSeries): Value {
  const of = (inner: Expression): Value => compute(inner, seriesOf);
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'id':
      return seriesOf(expression.id);
    case 'operator':
      return operate(of(expression.left), of(expression.right), OPERATIONS[expression.operator]);
    case 'array':
      throw new Error('Metric math: an array is emulated as the argument of MIN, MAX and SUM only.');
    case 'call':
      return call(expression.name, expression.args, of);
  }
}

type Datapoint = number | undefined;

function call(name: string, args: readonly Expression[], of: (inner: Expression) => Value): Value {
  const [first, second, third, ...more] = args;
  const reduce = REDUCTIONS[name];
  if (reduce) {
    // Of a single time series they yield a scalar over all that was retrieved: the guide advises against it in alarms.
    if (first?.kind !== 'array' || second) throw new Error(`Metric math: ${name} is emulated of one array only.`);
    return zip(first.items.map(of), (...points) => {
      const real = points.filter((point) => point !== undefined);
      return real.length === 0 ? undefined : reduce(real);
    });
  }
  if (name === 'FILL' && first && second && !third) {
    return zip([of(first), of(second)], (point, filler) => point ?? filler);
  }
  if (name === 'IF' && first && second && more.length === 0) {
    const condition = of(first);
    if (typeof condition === 'number')
      throw new Error('Metric math: IF is emulated with a time series as condition only.');
    return zip([condition, of(second), ...(third ? [of(third)] : [])], (point, whenTrue, whenFalse) => {
      if (point === undefined) return undefined;
      return point === 0 ? whenFalse : (whenTrue ?? 0);
    });
  }
  throw new Error(
    `Metric math: ${name} of ${args.length} is not emulated. Emulated are FILL(m, n), IF(c, a[, b]), ` +
      `${Object.keys(REDUCTIONS).join(', ')} of an array, ${Object.keys(OPERATIONS).join(' ')}.`,
  );
}

const REDUCTIONS: Readonly<Record<string, (points: readonly number[]) => number>> = {
  MIN: (points) => Math.min(...points),
  MAX: (points) => Math.max(...points),
  SUM: (points) => points.reduce((sum, point) => sum + point, 0),
};

type Operation = (a: number, b: number) => number;

const OPERATIONS: Readonly<Record<Operator, Operation>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
};

/** A scalar takes part where the time series beside it has a datapoint. */
function operate(left: Value, right: Value, operation: Operation): Value {
  if (typeof left === 'number' && typeof right === 'number') return operation(left, right);
  return zip([left, right], (a, b) => {
    const missing = [left, right].every((value, index) => typeof value === 'number' || [a, b][index] === undefined);
    if (missing) return undefined;
    const result = operation(a ?? 0, b ?? 0);
    return Number.isFinite(result) ? result : undefined;
  });
}

/** Computes each period by itself, of values of which at least one is a time series. */
function zip(values: readonly Value[], operation: (...points: Datapoint[]) => Datapoint): TimeSeries {
  const length = values.find((value) => typeof value !== 'number')?.length;
  if (length === undefined) throw new Error('Metric math: one of the arguments has to be a time series.');
  return Array.from({ length }, (_, index) =>
    operation(...values.map((value) => (typeof value === 'number' ? value : value[index]))),
  );
}
