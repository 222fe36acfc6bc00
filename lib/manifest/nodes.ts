import { isCollection, isNode, isPair, isScalar, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { endOfLine } from './text-lines';

/** Start and end of what a node says, without its anchor and the comment after it. */
export function rangeOf(node: unknown): [start: number, end: number] {
  const [start, end] = (isNode(node) ? node.range : undefined) ?? [0, 0];
  return [start, end];
}

export const startOf = (node: unknown): number => rangeOf(node)[0];
export const endOf = (node: unknown): number => rangeOf(node)[1];

/** The pair with `key` in a map. */
export const pairAt = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);

/** Where the value of `pair` may start: after the colon. */
export const afterColon = (text: string, pair: Pair): number => text.indexOf(':', endOf(pair.key)) + 1;

/** Whether `node` is a scalar on one line. */
export function isOneLine(node: unknown): node is Scalar {
  return isScalar(node) && node.type !== 'BLOCK_FOLDED' && node.type !== 'BLOCK_LITERAL';
}

/** `text` in the quotes of `like`. */
export function quotedLike(like: unknown, text: string): string {
  const type = isScalar(like) ? like.type : undefined;
  if (type === 'QUOTE_DOUBLE') return `"${text}"`;
  return type === 'QUOTE_SINGLE' ? `'${text}'` : text;
}

/**
 * Where the last thing that `node` says ends. The range of a collection in block style goes on to whatever comes next,
 * comments included.
 */
export function lastEnd(node: unknown): number {
  if (!isCollection(node) || node.flow) return endOf(node);
  const last: unknown = node.items.at(-1);
  if (isPair(last)) return last.value === null ? endOf(last.key) : lastEnd(last.value);
  return lastEnd(last);
}

/** Where the last line of `node` ends, its line break included. */
export function endOfLastLine(text: string, node: unknown): number {
  const end = lastEnd(node);
  // A block scalar takes its line break along.
  return text[end - 1] === '\n' ? end : endOfLine(text, end);
}
