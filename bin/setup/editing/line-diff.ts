/**
 * Lines that differ between two versions of a file, with their numbers, to print. Empty if none do.
 *
 * @param name name of the file, printed first
 */
export function lineDiff(name: string, before: string, after: string): string {
  if (before === after) return '';
  const steps = compare(linesOf(before), linesOf(after));
  const shown = steps.filter(({ sign }) => sign !== ' ');
  const width = String(Math.max(...shown.map(({ number }) => number))).length;
  return [name, ...shown.map(({ sign, number, line }) => `  ${String(number).padStart(width)} ${sign} ${line}`)].join(
    '\n',
  );
}

interface Step {
  /** `-` only before, `+` only after, a space in both. */
  readonly sign: '-' | '+' | ' ';
  /** Line number from 1, in the old file for `-`, in the new one for `+`. */
  readonly number: number;
  readonly line: string;
}

const linesOf = (text: string): string[] => text.split('\n').map((line) => line.replace(/\r$/, ''));

/** Longest common subsequence. A table of all pairs of lines is small enough for hand-written files. */
function compare(before: readonly string[], after: readonly string[]): Step[] {
  const common = commonLengths(before, after);
  const steps: Step[] = [];
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    const old = before[row];
    const now = after[column];
    if (old !== undefined && old === now) {
      steps.push({ sign: ' ', number: column + 1, line: old });
      row += 1;
      column += 1;
    } else if (
      old !== undefined &&
      (now === undefined || length(common, row + 1, column) >= length(common, row, column + 1))
    ) {
      steps.push({ sign: '-', number: row + 1, line: old });
      row += 1;
    } else if (now !== undefined) {
      steps.push({ sign: '+', number: column + 1, line: now });
      column += 1;
    }
  }
  return steps;
}

const length = (common: readonly (readonly number[])[], row: number, column: number): number =>
  common[row]?.[column] ?? 0;

/** For each pair of lines, the number of common lines from there to the ends of both files. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const common: number[][] = Array.from({ length: before.length + 1 }, () => []);
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const longest =
        before[row] === after[column]
          ? length(common, row + 1, column + 1) + 1
          : Math.max(length(common, row + 1, column), length(common, row, column + 1));
      (common[row] ?? [])[column] = longest;
    }
  }
  return common;
}
