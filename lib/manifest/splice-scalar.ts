import { isAlias } from 'yaml';
import type { Problem } from './error';
import { isOneLine, quotedLike, rangeOf } from './nodes';
import type { Splice } from './text-lines';
import type { YamlValue } from './yaml-value';

/** What to do after a refusal, at the end of its advice. */
export const AGAIN = 'then run the command again.';

/** How to write `wanted` in place of the scalar `value`, called `name` in errors, or why that can't be done. */
export function spliceScalar(name: string, value: YamlValue, wanted: string): readonly Splice[] | Problem {
  const { node, line } = value;
  if (isAlias(node)) return { line, what: `${name} is an alias`, fix: `Write the value itself here, ${AGAIN}` };
  if (!isOneLine(node)) {
    return { line, what: `${name} is not written as one line`, fix: `Write it on the line of its key, ${AGAIN}` };
  }
  const [start, end] = rangeOf(node);
  return [{ start, end, insert: quotedLike(node, wanted) }];
}
