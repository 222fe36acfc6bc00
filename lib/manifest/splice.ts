import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Problem } from './error';
import { remoteItem } from './remotes-entry';
import { hasVariable } from './variables';
import type { YamlValue } from './yaml-value';

/** A change of a text: what stands from `start` to `end` becomes `insert`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

/** How to put `baseUrl` into the existing `remotes` item `entry` of `text`, or why that can't be done. */
export function spliceIntoEntry(text: string, entry: YamlValue, baseUrl: string): Splice | Problem {
  const map = entry.node;
  if (!isMap(map)) {
    return refusal(entry, 'The remotes entry is an alias', 'Write the entry out, then run "npm run manifest" again.');
  }
  const pair = pairAt(map, 'baseUrl');
  return pair === undefined
    ? insertBaseUrl(text, entry, map, baseUrl)
    : replaceBaseUrl(text, entry.get('baseUrl'), pair, baseUrl);
}

function replaceBaseUrl(text: string, value: YamlValue, pair: Pair, baseUrl: string): Splice | Problem {
  const again = 'then run "npm run manifest" again.';
  if (isAlias(value.node)) {
    return refusal(value, 'baseUrl is an alias', `Write the URL itself here, ${again}`);
  }
  if (value.isMap) {
    return refusal(
      value,
      'baseUrl is a map of regions, and only a single URL can be written',
      `For now, edit the map yourself: the deployed URL is ${baseUrl}.`,
    );
  }
  if (value.text !== undefined && hasVariable(value.text)) {
    return refusal(
      value,
      `baseUrl is ${value.shown}, and the values of manifest variables are not written`,
      `For now, set the variable yourself before "forge deploy": the deployed URL is ${baseUrl}.`,
    );
  }
  if (!value.exists) return { ...emptyRange(text, pair, value), insert: ` ${baseUrl}` };
  const scalar = isScalar(value.node) ? value.node : undefined;
  if (scalar === undefined || scalar.type === 'BLOCK_FOLDED' || scalar.type === 'BLOCK_LITERAL') {
    return refusal(value, 'baseUrl is not written as one line', `Write it on the line of its key, ${again}`);
  }
  const [start, end] = rangeOf(scalar);
  return { start, end, insert: quotedLike(scalar, baseUrl) };
}

function insertBaseUrl(text: string, entry: YamlValue, map: YAMLMap, baseUrl: string): Splice | Problem {
  const key = pairAt(map, 'key');
  if (map.flow || key === undefined) {
    return refusal(entry, 'The remotes entry has no baseUrl, and braces around it', `Add "baseUrl: ${baseUrl}" to it.`);
  }
  const indent = ' '.repeat(columnOf(text, startOf(key.key)));
  return insertLines(text, endOfLine(text, startOf(key.value)), [`${indent}baseUrl: ${baseUrl}`]);
}

/** How to add a `remotes` item to `text`, and the list itself where `root` has none, or why that can't be done. */
export function spliceNewEntry(text: string, root: YamlValue, key: string, baseUrl: string): Splice | Problem {
  const rootMap = root.node;
  const remotes = isMap(rootMap) ? pairAt(rootMap, 'remotes') : undefined;
  if (!isMap(rootMap) || rootMap.flow) {
    return refusal(root, 'The manifest is written in braces, like JSON', 'Add a remotes entry to it yourself.');
  }
  if (remotes === undefined) {
    return insertLines(text, text.length, ['', 'remotes:', ...remoteItem(key, baseUrl, '  ')]);
  }
  const list = remotes.value;
  if (isSeq(list) && list.flow && list.items.length === 0) {
    const [, end] = rangeOf(list);
    const eol = lineBreakOf(text);
    return { start: afterColon(text, remotes), end, insert: eol + remoteItem(key, baseUrl, '  ').join(eol) };
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
  return insertLines(text, endOfLine(text, startOf(remotes.key)), remoteItem(key, baseUrl, indent));
}

/** The line break that `text` uses. */
const lineBreakOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** Puts `lines` after the line that ends at `end`. */
function insertLines(text: string, end: number, lines: readonly string[]): Splice {
  const eol = lineBreakOf(text);
  const before = end === 0 || text[end - 1] === '\n' ? '' : eol;
  return { start: end, end, insert: before + lines.map((line) => line + eol).join('') };
}

/** Where the line with `offset` ends, its line break included. */
function endOfLine(text: string, offset: number): number {
  const lineBreak = text.indexOf('\n', offset);
  return lineBreak === -1 ? text.length : lineBreak + 1;
}

const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);

/** What stands for no value: nothing, or `null`, or `~`. */
function emptyRange(text: string, pair: Pair, value: YamlValue): { start: number; end: number } {
  const start = afterColon(text, pair);
  const [from, to] = value.node === undefined ? [start, start] : rangeOf(value.node);
  return { start, end: from === to ? start : to };
}

const afterColon = (text: string, pair: Pair): number => text.indexOf(':', rangeOf(pair.key as Node)[1]) + 1;

function quotedLike(scalar: Scalar, text: string): string {
  if (scalar.type === 'QUOTE_DOUBLE') return `"${text}"`;
  return scalar.type === 'QUOTE_SINGLE' ? `'${text}'` : text;
}

const pairAt = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);

/** Start and end of what a node says, without the comment after it. */
function rangeOf(node: Node): [start: number, end: number] {
  const [start, end] = node.range ?? [0, 0];
  return [start, end];
}

const startOf = (node: unknown): number => rangeOf(node as Node)[0];

const refusal = ({ line }: YamlValue, what: string, fix: string): Problem => ({ line, what, fix });
