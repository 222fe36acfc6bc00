import { isAlias, isMap, isSeq, type Pair } from 'yaml';
import type { Problem } from '../../../lib/manifest/error';
import type { RegionMap } from '../../../lib/manifest/model';
import { afterColon, endOf, isOneLine, pairAt, quotedLike, rangeOf, startOf } from '../../../lib/manifest/nodes';
import { defaultFirst } from '../../../lib/manifest/regions';
import { baseUrlLines, remoteItem } from '../../../lib/manifest/remotes-entry';
import { AGAIN } from '../../../lib/manifest/splice-scalar';
import {
  columnOf,
  endOfLine,
  insertLines,
  insertLinesAsTheyEnd,
  lineBreakOf,
  onDifferentLines,
  type Splice,
} from '../../../lib/manifest/text-lines';
import type { YamlValue } from '../../../lib/manifest/yaml-value';

/** How to put `baseUrl` into the `remotes` item `entry`, which has none, or why that can't be done. */
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
    return refusal(entry, 'The remotes entry has no baseUrl, and braces around it', `Add it yourself:\n${line}`);
  }
  const indent = ' '.repeat(columnOf(text, startOf(key.key)));
  return [insertLines(text, endOfLine(text, startOf(key.value)), baseUrlLines(baseUrl, indent))];
}

/** How to turn the `baseUrl` of the `remotes` item `entry`, which is a string, into a map, or why that can't be done. */
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
  // What else is on the line, such as a comment, stays there.
  const lines = entries.map((entry) => ' '.repeat(keyColumn + 2) + entry);
  return [{ start: colon, end, insert: '' }, insertLinesAsTheyEnd(text, endOfLine(text, end), lines)];
}

/** How to add a `remotes` item to `text`, and the list itself where `root` has none, or why that can't be done. */
export function addEntry(
  text: string,
  root: YamlValue,
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
    return refusal(
      root.get('remotes'),
      'remotes is not a list with a line for each item',
      'Add an entry to it yourself.',
    );
  }
  // First in the list: what stands before an item may be a comment on it, what stands after the last one may not.
  const indent = isSeq(list) ? ' '.repeat(columnOf(text, startOf(list))) : '  ';
  return [insertLines(text, endOfLine(text, startOf(remotes.key)), remoteItem(key, baseUrl, indent))];
}

/** What stands for no value: nothing, or `null`, or `~`. */
function emptyRange(text: string, pair: Pair, value: YamlValue): [start: number, end: number] {
  const start = afterColon(text, pair);
  const [from, to] = value.node === undefined ? [start, start] : rangeOf(value.node);
  return [start, from === to ? start : to];
}

const refusal = ({ line }: YamlValue, what: string, fix: string): Problem => ({ line, what, fix });
