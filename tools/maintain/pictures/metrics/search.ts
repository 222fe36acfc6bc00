import { DIMENSIONS, REASONS } from '../../../../lambda/contract/outcomes';
import type { MetricName } from '../../test/alarms/evaluator/metric-store';

/** A search expression, taken apart. */
export interface Search {
  /** What may be found, by the dimension in which they differ, in its order. */
  readonly candidates: readonly { readonly label: string; readonly metric: MetricName }[];
  readonly stat: string;
  /** In seconds. */
  readonly period: number;
}

const SEARCH = /^SEARCH\('\{([^}]*)\}([^']*)', '([^']*)', (\d+)\)$/;
const TERM = /\s*(\w+)="([^"]*)"/gy;

/** What a dimension may be that a search leaves open. */
const KNOWN_VALUES: Readonly<Record<string, readonly string[]>> = { [DIMENSIONS.reason]: Object.keys(REASONS) };

export const isSearch = (expression: string): boolean => expression.startsWith('SEARCH(');

/**
 * Reads `SEARCH('{namespace,dimension,…} MetricName="…" dimension="…"', 'stat', period)`, of which exactly one dimension
 * is left open (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html).
 *
 * @throws {Error} for a search that is not emulated
 */
export function parseSearch(expression: string): Search {
  const fail = (what: string): never => {
    throw new Error(`The search ${JSON.stringify(expression)} is not emulated: ${what}.`);
  };
  const [, schema = '', query = '', stat = '', period = ''] =
    SEARCH.exec(expression) ?? fail('expected {schema}, terms, statistic and period');
  const [namespace = '', ...dimensions] = schema.split(',');
  const terms = new Map([...query.matchAll(TERM)].map(([, name = '', value = '']) => [name, value] as const));
  if (query.replaceAll(/\s*\w+="[^"]*"/g, '').trim() !== '') fail('terms are name="value", and all of them hold');
  const name = terms.get('MetricName') ?? fail('it has no MetricName');
  const unknown = [...terms.keys()].filter((term) => term !== 'MetricName' && !dimensions.includes(term));
  if (unknown.length > 0) fail(`${unknown.join(', ')} is no dimension of its schema`);
  const [open = '', ...more] = dimensions.filter((dimension) => !terms.has(dimension));
  const values = KNOWN_VALUES[open];
  if (!values || more.length > 0) return fail(`one dimension may be open, of ${Object.keys(KNOWN_VALUES).join(', ')}`);

  const given = Object.fromEntries([...terms].filter(([term]) => term !== 'MetricName'));
  const candidates = values.map((value) => ({
    label: value,
    metric: { namespace, name, dimensions: { ...given, [open]: value } },
  }));
  return { candidates, stat, period: Number(period) };
}
