/** A change of a text: what stands from `start` to `end` becomes `insert`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

/** `text` with every splice applied. They must not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  return splices
    .toSorted((a, b) => b.start - a.start)
    .reduce((result, { start, end, insert }) => result.slice(0, start) + insert + result.slice(end), text);
}

/** The line break that `text` uses. */
export const lineBreakOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** Puts `lines` after the line that ends at `end`, each with a line break. */
export function insertLines(text: string, end: number, lines: readonly string[]): Splice {
  const eol = lineBreakOf(text);
  const before = end === 0 || text[end - 1] === '\n' ? '' : eol;
  return { start: end, end, insert: before + lines.map((line) => line + eol).join('') };
}

/** As {@link insertLines}, but a text that does not end in a line break goes on doing so. */
export function insertLinesAsTheyEnd(text: string, end: number, lines: readonly string[]): Splice {
  const eol = lineBreakOf(text);
  if (end === 0 || text[end - 1] === '\n') return insertLines(text, end, lines);
  return { start: end, end, insert: lines.map((line) => eol + line).join('') };
}

/** Where the line with `offset` starts. */
export const startOfLine = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** Where the line with `offset` ends, its line break included. */
export function endOfLine(text: string, offset: number): number {
  const lineBreak = text.indexOf('\n', offset);
  return lineBreak === -1 ? text.length : lineBreak + 1;
}

/** Number of the line with `offset`, from 1. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** How far `offset` is from the start of its line; a byte order mark takes no room. */
export function columnOf(text: string, offset: number): number {
  const start = startOfLine(text, offset);
  return offset - start - (start === 0 && text.startsWith('\uFEFF') ? 1 : 0);
}

/** Whether there is a line break between the two offsets. */
export const onDifferentLines = (text: string, from: number, to: number): boolean =>
  text.slice(from, to).includes('\n');
