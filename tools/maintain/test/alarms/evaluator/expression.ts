/** A metric math expression, taken apart. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'operator'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'array'; readonly items: readonly Expression[] };

/** Operators by how tightly they bind, the loosest first; those of one line bind alike. */
const OPERATORS = [['OR'], ['AND'], ['==', '!=', '<=', '>=', '<', '>'], ['+', '-'], ['*', '/']] as const;
export type Operator = (typeof OPERATORS)[number][number];

/** The other spelling of the logical operators. */
const SYNONYMS: Readonly<Record<string, string>> = { '&&': 'AND', '||': 'OR' };

const TOKEN = /\s*(\d+(?:\.\d+)?|[A-Za-z_]\w*|&&|\|\||==|!=|<=|>=|[-+*/<>()[\],]|\S)/gy;

/**
 * Takes a metric math expression apart
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html). The guide doesn't say how
 * tightly operators bind; they do here as in most languages.
 *
 * @throws {Error} naming the place that is not understood
 */
export function parseExpression(text: string): Expression {
  const tokens = [...text.matchAll(TOKEN)].map(([, token = '']) => SYNONYMS[token] ?? token);
  let next = 0;

  function fail(expected: string): never {
    throw new Error(`Metric math ${JSON.stringify(text)}: expected ${expected}, got ${tokens[next] ?? 'its end'}.`);
  }
  function take(token: string): boolean {
    if (tokens[next] !== token) return false;
    next++;
    return true;
  }
  function expect(token: string): void {
    if (!take(token)) fail(token);
  }

  function operation(level: number): Expression {
    const operators = OPERATORS[level];
    if (!operators) return unary();
    let left = operation(level + 1);
    for (;;) {
      const operator = operators.find(take);
      if (!operator) return left;
      left = { kind: 'operator', operator, left, right: operation(level + 1) };
    }
  }
  function unary(): Expression {
    if (!take('-')) return primary();
    return { kind: 'operator', operator: '-', left: { kind: 'number', value: 0 }, right: unary() };
  }
  function primary(): Expression {
    if (take('(')) {
      const inner = operation(0);
      expect(')');
      return inner;
    }
    if (take('[')) return { kind: 'array', items: list(']') };
    const token = tokens[next] ?? '';
    if (/^\d/.test(token)) {
      next++;
      return { kind: 'number', value: Number(token) };
    }
    // Ids begin with a lower-case letter, functions are written in capitals.
    if (/^[a-z]/.test(token)) {
      next++;
      return { kind: 'id', id: token };
    }
    if (/^[A-Z]/.test(token)) {
      next++;
      expect('(');
      return { kind: 'call', name: token, args: list(')') };
    }
    return fail('a number, an id, a function, "(" or "["');
  }
  function list(end: string): Expression[] {
    if (take(end)) return [];
    const items = [operation(0)];
    while (take(',')) items.push(operation(0));
    expect(end);
    return items;
  }

  const expression = operation(0);
  if (next < tokens.length) fail('its end');
  return expression;
}

/** The ids that an expression refers to. */
export function idsIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'number':
      return [];
    case 'id':
      return [expression.id];
    case 'operator':
      return [...idsIn(expression.left), ...idsIn(expression.right)];
    case 'call':
      return expression.args.flatMap(idsIn);
    case 'array':
      return expression.items.flatMap(idsIn);
  }
}
