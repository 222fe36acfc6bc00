/** The lines that differ between two texts, in order: `-` and the number in the old text, `+` and that in the new one. */
export function lineDiff(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const start = old.findIndex((line, index) => line !== now[index]);
  if (start === -1 && old.length === now.length) return [];
  const from = start === -1 ? old.length : start;
  let end = 0;
  while (end < Math.min(old.length, now.length) - from && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  return diffOf(old.slice(0, old.length - end), now.slice(0, now.length - end), from);
}

/** By the longest common subsequence, of what is left from line `from` on. */
function diffOf(old: readonly string[], now: readonly string[], from: number): string[] {
  const common = (i: number, j: number): number => lengths[i - from]?.[j - from] ?? 0;
  const lengths = Array.from({ length: old.length - from + 1 }, () => new Array<number>(now.length - from + 1).fill(0));
  for (let i = old.length - 1; i >= from; i -= 1) {
    for (let j = now.length - 1; j >= from; j -= 1) {
      const row = lengths[i - from];
      if (row === undefined) continue;
      row[j - from] = old[i] === now[j] ? common(i + 1, j + 1) + 1 : Math.max(common(i + 1, j), common(i, j + 1));
    }
  }
  const diff: string[] = [];
  let [i, j] = [from, from];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && common(i + 1, j) >= common(i, j + 1))) {
      diff.push(`- ${i + 1}: ${shown(old[i])}`);
      i += 1;
    } else {
      diff.push(`+ ${j + 1}: ${shown(now[j])}`);
      j += 1;
    }
  }
  return diff;
}

/** What can't be seen, made visible. */
const shown = (line = ''): string => line.replace('\r', '\\r').replace('\uFEFF', '\\uFEFF').replaceAll('\t', '\\t');
