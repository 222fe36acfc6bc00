import { isScalar, isSeq } from 'yaml';
import { ManifestError } from '../../../lib/manifest/error';
import { endOfLine, lineBreakOf, type Splice, startOfLine } from '../../../lib/manifest/text-lines';
import type { YamlValue } from '../../../lib/manifest/yaml-value';
import { SYSTEM_TOKEN_SCOPE } from './manifest-settings';

interface Item {
  readonly scope: string;
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

/**
 * How to have the list `permissions.scopes` hold `read:app-system-token` and `wanted`, and nothing else. Scopes that stay
 * keep their lines, those that come take the place of those that go.
 *
 * @throws {ManifestError} when it isn't a list with its scopes written out
 */
export function editScopes(text: string, yaml: YamlValue, wanted: readonly string[], file: string): readonly Splice[] {
  const all = [...new Set([SYSTEM_TOKEN_SCOPE, ...wanted])];
  const written = yaml.isMap ? yaml.keys() : yaml.items().flatMap((item) => item.text ?? []);
  const isAllThere = all.every((scope) => written.includes(scope)) && written.every((scope) => all.includes(scope));
  if (isAllThere) return [];

  const items = readItems(text, yaml);
  const isFlow = isSeq(yaml.node) && yaml.node.flow === true;
  if (items === undefined) {
    throw new ManifestError(file, [
      {
        line: yaml.line,
        what: 'permissions.scopes is not a list with a scope in each place, or on each line',
        fix: `Write it yourself:\npermissions:\n  scopes:\n${all.map((scope) => `    - ${scope}`).join('\n')}`,
      },
    ]);
  }
  const going = items.filter(({ scope }) => !all.includes(scope));
  const coming = all.filter((scope) => !items.some((item) => item.scope === scope));
  const last = items.at(-1);
  if (last === undefined) return [];
  return [
    ...going.slice(0, coming.length).map((item, index) => {
      const { start, end, quote } = item;
      return { start, end, insert: quote + (coming[index] ?? item.scope) + quote };
    }),
    ...going.slice(coming.length).map((item) => (isFlow ? removeInFlow(items, item) : removeLine(text, item))),
    ...(coming.length > going.length ? [insertAfter(text, last, coming.slice(going.length), isFlow)] : []),
  ];
}

/** The items of the list with their places; `undefined` where one isn't simply written out. */
function readItems(text: string, { node }: YamlValue): readonly Item[] | undefined {
  if (!isSeq(node) || node.items.length === 0) return undefined;
  const items: Item[] = [];
  for (const item of node.items) {
    if (!isScalar(item) || typeof item.value !== 'string' || !item.range || item.anchor !== undefined) return undefined;
    const [start, end] = item.range;
    const quote = item.type === 'QUOTE_DOUBLE' ? '"' : item.type === 'QUOTE_SINGLE' ? "'" : '';
    if (text.slice(start, end) !== quote + item.value + quote) return undefined;
    if (node.flow !== true && !/^\uFEFF?[ \t]*-[ \t]+$/.test(text.slice(startOfLine(text, start), start)))
      return undefined;
    items.push({ scope: item.value, start, end, quote });
  }
  return items;
}

/** With the comment that follows it on its line. */
const removeLine = (text: string, { start, end }: Item): Splice => ({
  start: startOfLine(text, start),
  end: endOfLine(text, end),
  insert: '',
});

/** From the end of the one before, so that its comma goes along; the first one up to the start of the next. */
function removeInFlow(items: readonly Item[], item: Item): Splice {
  const at = items.indexOf(item);
  const before = items[at - 1];
  if (before !== undefined) return { start: before.end, end: item.end, insert: '' };
  return { start: item.start, end: items[at + 1]?.start ?? item.end, insert: '' };
}

function insertAfter(text: string, last: Item, scopes: readonly string[], isFlow: boolean): Splice {
  const written = scopes.map((scope) => last.quote + scope + last.quote);
  if (isFlow) return { start: last.end, end: last.end, insert: written.map((scope) => `, ${scope}`).join('') };
  const prefix = text.slice(startOfLine(text, last.start), last.start);
  const eol = lineBreakOf(text);
  const end = endOfLine(text, last.end);
  const isLastLine = text[end - 1] !== '\n';
  const lines = written.map((scope) => (isLastLine ? eol + prefix + scope : prefix + scope + eol));
  return { start: end, end, insert: lines.join('') };
}
