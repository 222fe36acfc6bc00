import { isAlias, isMap, isSeq, type Pair, type YAMLMap } from 'yaml';
import { baseUrlLines, remoteItem } from '../../../lib/manifest/base-url';
import type { ManifestDocument, YamlValue } from '../../../lib/manifest/document';
import { AGAIN } from '../../../lib/manifest/edits';
import type { RegionMap } from '../../../lib/manifest/model';
import type { Problem } from '../../../lib/manifest/problems';
import { defaultFirst } from '../../../lib/manifest/regions';
import {
  afterColon,
  columnOf,
  endOf,
  endOfLastLine,
  endOfLine,
  insertLines,
  insertLinesAsTheyEnd,
  isOneLine,
  lastEnd,
  lineBreakOf,
  onDifferentLines,
  pairAt,
  quotedLike,
  rangeOf,
  type Splice,
  startOf,
  startOfLine,
} from '../../../lib/manifest/splices';

/** Adds `baseUrl` to the `remotes` item `entry`. */
export function addBaseUrl(text: string, entry: YamlValue, baseUrl: string | RegionMap): readonly Splice[] | Problem {
  const map = entry.node;
  if (!isMap(map)) {
    return refusal(entry, 'The remotes entry is an alias', `Write the entry out, ${AGAIN}`);
  }
  const pair = pairAt(map, 'baseUrl');
  if (pair !== undefined) {
    const value = entry.get('baseUrl');
    if (typeof baseUrl !== 'string') return asMap(text, pair, value, map.flow === true, baseUrl);
    const [start, end] = emptyRange(text, pair, value);
    return [{ start, end, insert: ` ${baseUrl}` }];
  }
  const key = pairAt(map, 'key');
  if (map.flow || key === undefined) {
    const line = baseUrlLines(baseUrl, '').join('\n');
    return refusal(entry, 'The remotes entry is in braces and has no baseUrl', `Add it yourself:\n${line}`);
  }
  const indent = ' '.repeat(columnOf(text, startOf(key.key)));
  return [insertLines(text, endOfLine(text, startOf(key.value)), baseUrlLines(baseUrl, indent))];
}

/** Turns the `baseUrl` of the `remotes` item `entry` from a string into a map. */
export function turnIntoMap(text: string, entry: YamlValue, baseUrl: RegionMap): readonly Splice[] | Problem {
  const map = entry.node;
  const pair = isMap(map) ? pairAt(map, 'baseUrl') : undefined;
  const value = entry.get('baseUrl');
  if (!isMap(map) || pair === undefined) {
    return refusal(entry, 'The remotes entry is an alias', `Write the entry out, ${AGAIN}`);
  }
  if (isAlias(value.node)) return refusal(value, 'baseUrl is an alias', `Write the URL itself here, ${AGAIN}`);
  if (!isOneLine(value.node)) {
    return refusal(value, 'baseUrl is not written as one line', `Write it on the line of its key, ${AGAIN}`);
  }
  return asMap(text, pair, value, map.flow === true, baseUrl);
}

function asMap(text: string, pair: Pair, value: YamlValue, inBraces: boolean, baseUrl: RegionMap): readonly Splice[] {
  const { node } = value;
  const entries = defaultFirst(baseUrl).map(
    ([region, url]) => `${inBraces ? quotedLike(pair.key, region) : region}: ${quotedLike(node, url)}`,
  );
  const colon = afterColon(text, pair);
  const [start, end] = value.exists ? rangeOf(node) : emptyRange(text, pair, value);
  if (inBraces) {
    const space = start === colon ? ' ' : '';
    return [{ start, end, insert: `${space}{ ${entries.join(', ')} }` }];
  }
  const keyColumn = columnOf(text, startOf(pair.key));
  if (value.exists && onDifferentLines(text, colon, start)) {
    const [first = '', ...others] = entries;
    const lines = others.map((entry) => ' '.repeat(columnOf(text, start)) + entry);
    return [{ start, end, insert: first }, insertLinesAsTheyEnd(text, endOfLine(text, end), lines)];
  }
  // A comment at the end of the line stays there.
  const lines = entries.map((entry) => ' '.repeat(keyColumn + 2) + entry);
  return [{ start: colon, end, insert: '' }, insertLinesAsTheyEnd(text, endOfLine(text, end), lines)];
}

/** Adds a `remotes` item, and the list itself if it is missing. */
export function addEntry(
  { root, text }: ManifestDocument,
  key: string,
  baseUrl: string | RegionMap,
): readonly Splice[] | Problem {
  const rootMap = root.node;
  const remotes = isMap(rootMap) ? pairAt(rootMap, 'remotes') : undefined;
  if (!isMap(rootMap) || rootMap.flow) {
    return refusal(root, 'The manifest is written in braces, like JSON', 'Add a remotes entry to it yourself.');
  }
  if (remotes === undefined) {
    return [insertLines(text, text.length, ['', 'remotes:', ...remoteItem(key, baseUrl, '  ')])];
  }
  const list = remotes.value;
  if (isSeq(list) && list.flow && list.items.length === 0) {
    const eol = lineBreakOf(text);
    const insert = eol + remoteItem(key, baseUrl, '  ').join(eol);
    return [{ start: afterColon(text, remotes), end: endOf(list), insert }];
  }
  if (isAlias(list) || (isSeq(list) && list.flow)) {
    return refusal(root.get('remotes'), 'remotes is not a list with one item per line', 'Add an entry to it yourself.');
  }
  // As the first item: a comment after the last one may belong to what follows the list.
  const indent = isSeq(list) ? ' '.repeat(columnOf(text, startOf(list))) : '  ';
  return [insertLines(text, endOfLine(text, startOf(remotes.key)), remoteItem(key, baseUrl, indent))];
}

/** The range of an empty value: nothing, `null` or `~`. */
function emptyRange(text: string, pair: Pair, value: YamlValue): [start: number, end: number] {
  const start = afterColon(text, pair);
  const [from, to] = value.node === undefined ? [start, start] : rangeOf(value.node);
  return [start, from === to ? start : to];
}

const refusal = ({ line }: YamlValue, what: string, fix: string): Problem => ({ line, what, fix });

/** Adds `region` with the URL `written` at the end of a map of regions, in the style of the map. */
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

/** Removes a region from a map that has others, with its line. */
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
  // The file doesn't end with a line break, so remove the one before instead.
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
