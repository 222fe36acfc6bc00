import { isCollection, isNode, isPair, isScalar, type Pair, type Scalar, type YAMLMap } from 'yaml';

/** A change of a text: `insert` replaces the text from `start` to `end`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

/** Applies all splices to `text`. They must not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  return splices
    .toSorted((a, b) => b.start - a.start)
    .reduce((result, { start, end, insert }) => result.slice(0, start) + insert + result.slice(end), text);
}

/** The line break in `text`. */
export const lineBreakOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** Inserts `lines` after the line that ends at `end`, each with a line break. */
export function insertLines(text: string, end: number, lines: readonly string[]): Splice {
  const eol = lineBreakOf(text);
  const before = end === 0 || text[end - 1] === '\n' ? '' : eol;
  return { start: end, end, insert: before + lines.map((line) => line + eol).join('') };
}

/** Like {@link insertLines}, but adds no line break to the end of a text that has none. */
export function insertLinesAsTheyEnd(text: string, end: number, lines: readonly string[]): Splice {
  const eol = lineBreakOf(text);
  if (end === 0 || text[end - 1] === '\n') return insertLines(text, end, lines);
  return { start: end, end, insert: lines.map((line) => eol + line).join('') };
}

/** Start of the line with `offset`. */
export const startOfLine = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** End of the line with `offset`, including its line break. */
export function endOfLine(text: string, offset: number): number {
  const lineBreak = text.indexOf('\n', offset);
  return lineBreak === -1 ? text.length : lineBreak + 1;
}

/** Number of the line with `offset`, from 1. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** Column of `offset`, from 0. A byte order mark doesn't count. */
export function columnOf(text: string, offset: number): number {
  const start = startOfLine(text, offset);
  return offset - start - (start === 0 && text.startsWith('\uFEFF') ? 1 : 0);
}

/** Whether there is a line break between the two offsets. */
export const onDifferentLines = (text: string, from: number, to: number): boolean =>
  text.slice(from, to).includes('\n');

/** Start and end of a node's value, without its anchor and the comment after it. */
export function rangeOf(node: unknown): [start: number, end: number] {
  const [start, end] = (isNode(node) ? node.range : undefined) ?? [0, 0];
  return [start, end];
}

export const startOf = (node: unknown): number => rangeOf(node)[0];
export const endOf = (node: unknown): number => rangeOf(node)[1];

/** The pair with `key` in a map. */
export const pairAt = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);

/** The offset after the colon of `pair`. */
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
 * End of the last value in `node`. The range of a block collection extends to the next node, and includes comments.
 */
export function lastEnd(node: unknown): number {
  if (!isCollection(node) || node.flow) return endOf(node);
  const last: unknown = node.items.at(-1);
  if (isPair(last)) return last.value === null ? endOf(last.key) : lastEnd(last.value);
  return lastEnd(last);
}

/** End of the last line of `node`, including its line break. */
export function endOfLastLine(text: string, node: unknown): number {
  const end = lastEnd(node);
  // The range of a block scalar includes its line break.
  return text[end - 1] === '\n' ? end : endOfLine(text, end);
}
