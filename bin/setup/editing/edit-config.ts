import { applySplices, endOfLine, lineAt, lineBreakOf, type Splice, startOfLine } from '../../../lib/manifest/splices';
import { tokenize, UnreadableSource } from './source-tokens';
import { readValue, type SourceObject, type SourceProperty, type SourceValue } from './source-values';

/** What a stage in config.ts is to say. What is left out stays as it is. */
export interface StageEdit {
  /** Name of the stage. */
  readonly stage: string;
  readonly region?: string;
  readonly alarmEmails?: readonly string[];
}

/** config.ts isn't written in a way that can be edited here. The message says what to write by hand. */
export class ConfigEditError extends Error {
  override readonly name = 'ConfigEditError';

  constructor(file: string, line: number, what: string, edit: StageEdit) {
    const byHand = [
      ...(edit.region === undefined ? [] : [`  region: ${quoted(edit.region)},`]),
      ...(edit.alarmEmails === undefined ? [] : [`  alarmEmails: ${list(edit.alarmEmails)},`]),
    ];
    super([`${file}:${line}: ${what}. Write it yourself, in stage ${quoted(edit.stage)}:`, ...byHand].join('\n'));
  }
}

/**
 * The text of config.ts with a stage's `region` and `alarmEmails` set. All else stays as it is: comments, order, quotes,
 * line breaks. Only values that are written out are touched, in a stage that is written out in `defineConfig({ … })`.
 *
 * It goes by what the source looks like: whoever calls it should load the result, and see that it says what was meant.
 *
 * @throws {ConfigEditError}
 */
export function editConfig(text: string, file: string, edit: StageEdit): string {
  const refuse = (offset: number, what: string): never => {
    throw new ConfigEditError(file, lineAt(text, offset), what, edit);
  };
  const stage = findStage(text, edit.stage, refuse);
  const quote = propertyOf(stage, 'name')?.value;
  const like = quote?.kind === 'string' ? quote.quote : "'";
  return applySplices(text, [
    ...(edit.region === undefined ? [] : [setRegion(stage, edit.region, refuse)]),
    ...(edit.alarmEmails === undefined ? [] : setEmails(text, stage, edit.alarmEmails, like, refuse)),
  ]);
}

type Refuse = (offset: number, what: string) => never;

function findStage(text: string, name: string, refuse: Refuse): SourceObject {
  const config = readConfigObject(text, refuse);
  const stages = propertyOf(config, 'stages')?.value;
  if (stages?.kind !== 'list') return refuse(stages?.start ?? config.start, 'stages is not a list that is written out');
  const found = stages.items.filter((item): item is SourceObject => item.kind === 'object' && isNamed(item, name));
  const [stage] = found;
  if (stage === undefined) return refuse(stages.start, `No stage here has the name ${quoted(name)} written out`);
  if (found.length > 1) return refuse(found[1]?.start ?? stages.start, `Two stages have the name ${quoted(name)}`);
  return stage;
}

/** What `defineConfig` is called with. */
function readConfigObject(text: string, refuse: Refuse): SourceObject {
  try {
    const tokens = tokenize(text);
    const call = tokens.findIndex((token, at) => token.text === 'defineConfig' && tokens[at + 1]?.text === '(');
    const config = call === -1 ? undefined : readValue(tokens, call + 2);
    if (config?.kind === 'object') return config;
    return refuse(config?.start ?? 0, 'There is no defineConfig({ … }) here with everything written out');
  } catch (error) {
    if (error instanceof UnreadableSource) return refuse(error.offset, error.message);
    throw error;
  }
}

const isNamed = (stage: SourceObject, name: string): boolean => {
  const value = propertyOf(stage, 'name')?.value;
  return value?.kind === 'string' && value.inside === name;
};

// The last one counts, as when the object is made.
const propertyOf = (object: SourceObject, key: string): SourceProperty | undefined =>
  object.properties.findLast((property) => property.key === key);

function setRegion(stage: SourceObject, region: string, refuse: Refuse): Splice {
  const value = propertyOf(stage, 'region')?.value;
  if (value?.kind !== 'string') return refuse(value?.start ?? stage.start, 'region is not a text in quotes');
  return { ...rangeOf(value), insert: value.quote + region + value.quote };
}

function setEmails(
  text: string,
  stage: SourceObject,
  emails: readonly string[],
  quote: string,
  refuse: Refuse,
): readonly Splice[] {
  const value = propertyOf(stage, 'alarmEmails')?.value;
  if (value === undefined) return insertEmails(text, stage, list(emails, quote), refuse);
  if (value.kind !== 'list' || value.items.some(({ kind }) => kind !== 'string')) {
    return refuse(value.start, 'alarmEmails is not a list of texts in quotes');
  }
  if (hasComment(text, value)) return refuse(value.start, 'alarmEmails has a comment in it, which would be lost');
  const [first] = value.items;
  return [{ ...rangeOf(value), insert: list(emails, first?.kind === 'string' ? first.quote : quote) }];
}

/** Puts `alarmEmails` after the region: on a line of its own where the region has one. */
function insertEmails(text: string, stage: SourceObject, written: string, refuse: Refuse): readonly Splice[] {
  const region = propertyOf(stage, 'region');
  if (region === undefined) return refuse(stage.start, 'The stage has no alarmEmails, and no region to put them after');
  const { end } = region.value;
  const lineStart = startOfLine(text, region.start);
  const indent = text.slice(lineStart, region.start);
  const restOfLine = /^(\s*,)?[^\S\n]*(\/\/[^\n]*)?\r?(\n|$)/.exec(text.slice(end, endOfLine(text, end)));
  if (indent.trim() !== '' || restOfLine === null) {
    return [{ start: end, end, insert: `, alarmEmails: ${written}` }];
  }
  const next = endOfLine(text, end);
  return [
    ...(restOfLine[1] === undefined ? [{ start: end, end, insert: ',' }] : []),
    { start: next, end: next, insert: `${indent}alarmEmails: ${written},${lineBreakOf(text)}` },
  ];
}

/** Whether anything but the items, commas and white space is between the brackets. */
function hasComment(text: string, value: Extract<SourceValue, { kind: 'list' }>): boolean {
  const blanks = value.items.map(({ start, end }) => ({
    start: start - value.start,
    end: end - value.start,
    insert: '',
  }));
  return !/^\[[\s,]*\]$/.test(applySplices(text.slice(value.start, value.end), blanks));
}

const rangeOf = ({ start, end }: SourceValue) => ({ start, end });

const quoted = (text: string, quote = "'"): string => quote + text + quote;

const list = (texts: readonly string[], quote = "'"): string =>
  `[${texts.map((text) => quoted(text, quote)).join(', ')}]`;
