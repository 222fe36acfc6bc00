import type { Pair, YAMLMap } from 'yaml';
import { endOf, endOfLastLine, lastEnd, quotedLike, startOf } from '../../../lib/manifest/nodes';
import {
  columnOf,
  endOfLine,
  insertLinesAsTheyEnd,
  lineBreakOf,
  onDifferentLines,
  type Splice,
  startOfLine,
} from '../../../lib/manifest/text-lines';

/** How to add `region` with the URL `written` to a map of regions, after the last one and in the style of the map. */
export function addRegion(text: string, map: YAMLMap, region: string, written: string): readonly Splice[] {
  const last = map.items.at(-1);
  if (last === undefined) {
    const [start, end] = [startOf(map), endOf(map)];
    return [{ start, end, insert: `{ ${region}: ${written} }` }];
  }
  const entry = `${quotedLike(last.key, region)}: ${quotedLike(last.value, written)}`;
  const indent = ' '.repeat(columnOf(text, startOf(last.key)));
  if (!map.flow) return [insertLinesAsTheyEnd(text, endOfLastLine(text, last.value), [indent + entry])];

  const end = lastEnd(last.value);
  if (!isAloneOnLine(text, last)) {
    const onOneLine = !onDifferentLines(text, startOf(map), startOf(last.key));
    const comma = commaAfter(text, last);
    if (onOneLine) return [{ start: end, end, insert: `, ${entry}` }];
    return [
      {
        start: comma?.end ?? end,
        end: comma?.end ?? end,
        insert: `${comma ? '' : ','}${lineBreakOf(text)}${indent}${entry}`,
      },
    ];
  }
  const comma = commaAfter(text, last);
  const line = insertLinesAsTheyEnd(text, endOfLine(text, comma?.end ?? end), [`${indent}${entry}${comma ? ',' : ''}`]);
  return comma ? [line] : [{ start: end, end, insert: ',' }, line];
}

/** How to take `region` out of a map of regions, with the line that it is on. It is not the only one. */
export function removeRegion(text: string, map: YAMLMap, pair: Pair): readonly Splice[] {
  const index = map.items.indexOf(pair);
  const before = map.items[index - 1];
  const next = map.items[index + 1];
  if (!map.flow) return [wholeLines(text, pair)];
  if (isAloneOnLine(text, pair)) {
    const comma = before === undefined ? undefined : commaAfter(text, before);
    const line = wholeLines(text, pair);
    return next !== undefined || commaAfter(text, pair) || !comma ? [line] : [{ ...comma, insert: '' }, line];
  }
  if (before !== undefined) return [{ start: lastEnd(before.value), end: lastEnd(pair.value), insert: '' }];
  const end = next === undefined ? lastEnd(pair.value) : startOf(next.key);
  return [{ start: startOf(pair.key), end, insert: '' }];
}

function wholeLines(text: string, pair: Pair): Splice {
  const start = startOfLine(text, startOf(pair.key));
  const end = endOfLastLine(text, pair.value);
  if (text[end - 1] === '\n') return { start, end, insert: '' };
  // The last line of a file that doesn't end in a line break: it goes on doing so.
  return { start: start - (text[start - 2] === '\r' ? 2 : 1), end, insert: '' };
}

/** Whether nothing but a comma and a comment is on the lines of `pair` in a map in braces. */
function isAloneOnLine(text: string, pair: Pair): boolean {
  const start = startOf(pair.key);
  const end = lastEnd(pair.value);
  return (
    text.slice(startOfLine(text, start), start).trim() === '' &&
    /^[ \t]*,?[ \t]*(#.*)?\r?\n?$/.test(text.slice(end, endOfLine(text, end)))
  );
}

/** Where the comma after `pair` is, in a map in braces. */
function commaAfter(text: string, pair: Pair): { start: number; end: number } | undefined {
  const end = lastEnd(pair.value);
  const [before] = /^\s*(?=,)/.exec(text.slice(end)) ?? [];
  return before === undefined ? undefined : { start: end + before.length, end: end + before.length + 1 };
}
