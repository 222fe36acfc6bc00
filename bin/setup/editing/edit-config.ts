import { type ParseResult, parse } from '@babel/parser';
import { applySplices, endOfLine, lineAt, lineBreakOf, type Splice, startOfLine } from '../../../lib/manifest/splices';

/** New values for a stage in config.ts. Absent ones stay. */
export interface StageEdit {
  /** Name of the stage. */
  readonly stage: string;
  readonly region?: string;
  readonly alarmEmails?: readonly string[];
}

/** config.ts has a form that can't be edited automatically. The message says what to write by hand. */
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
 * Sets a stage's `region` and `alarmEmails` in the text of config.ts. Everything else stays: comments, order, quotes, line
 * breaks. Only edits literals, in a stage that is a literal in `defineConfig({ … })`.
 *
 * The caller should load the result and compare it with the expected value, because this function only sees the source.
 *
 * @throws {ConfigEditError}
 */
export function editConfig(text: string, file: string, edit: StageEdit): string {
  const refuse: Refuse = (at, what) => {
    throw new ConfigEditError(file, lineAt(text, typeof at === 'number' ? at : startOf(at)), what, edit);
  };
  const source = parseSource(text, refuse);
  const stage = findStage(source, edit.stage, refuse);
  const name = valueAt(stage, 'name');
  const quote = name?.type === 'StringLiteral' ? quoteOf(text, name) : "'";
  return applySplices(text, [
    ...(edit.region === undefined ? [] : [setRegion(text, stage, edit.region, refuse)]),
    ...(edit.alarmEmails === undefined ? [] : setEmails(text, source, stage, edit.alarmEmails, quote, refuse)),
  ]);
}

type Refuse = (at: number | Node, what: string) => never;

type Source = ParseResult;
type ExpressionIn<Statement> = Statement extends { type: 'ExpressionStatement'; expression: infer Found }
  ? Found
  : never;
type Expression = ExpressionIn<Source['program']['body'][number]>;
type ObjectExpression = Extract<Expression, { type: 'ObjectExpression' }>;

/** What all nodes have. */
interface Node {
  readonly type: string;
  readonly start?: number | null;
  readonly end?: number | null;
}

const startOf = ({ start }: Node): number => start ?? 0;
const endOf = ({ end }: Node): number => end ?? 0;
const quoteOf = (text: string, literal: Node): string => text.charAt(startOf(literal));

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

function parseSource(text: string, refuse: Refuse): Source {
  try {
    return parse(text, { sourceType: 'module', plugins: ['typescript'] });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const at = 'pos' in error && typeof error.pos === 'number' ? error.pos : 0;
    return refuse(at, `This is not valid TypeScript: ${error.message.replace(/\.? \(\d+:\d+\)$/, '')}`);
  }
}

function findStage(source: Source, name: string, refuse: Refuse): ObjectExpression {
  const config = withoutType(findArgument(source.program));
  if (config?.type !== 'ObjectExpression') {
    return refuse(config ?? 0, 'There is no defineConfig({ … }) with literal values here');
  }
  const stages = valueAt(config, 'stages');
  if (stages?.type !== 'ArrayExpression') return refuse(stages ?? config, 'stages is not a literal list');
  const named = stages.elements.flatMap((element) => {
    const stage = withoutType(element);
    return stage?.type === 'ObjectExpression' && textOf(valueAt(stage, 'name')) === name ? [stage] : [];
  });
  const [stage, second] = named;
  if (stage === undefined) return refuse(stages, `No stage here has the literal name ${quoted(name)}`);
  if (second !== undefined) return refuse(second, `Two stages have the name ${quoted(name)}`);
  return stage;
}

/** The argument of the first call of `defineConfig`; `undefined` if there is none. */
function findArgument(node: unknown): Node | undefined {
  if (Array.isArray(node)) return firstOf(node);
  if (!isNode(node)) return undefined;
  if (isCall(node) && isNode(node.callee) && 'name' in node.callee && node.callee.name === 'defineConfig') {
    return node.arguments.find(isNode);
  }
  return firstOf(Object.values(node));
}

function firstOf(nodes: readonly unknown[]): Node | undefined {
  for (const node of nodes) {
    const found = findArgument(node);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isCall = (node: Node): node is Node & { callee: unknown; arguments: readonly unknown[] } =>
  node.type === 'CallExpression';

/** The value without a following `as const` or `satisfies ConfigInput`. */
function withoutType(node: Node | null | undefined): Expression | undefined {
  const expression = node as Expression | null | undefined;
  return expression?.type === 'TSAsExpression' || expression?.type === 'TSSatisfiesExpression'
    ? withoutType(expression.expression)
    : (expression ?? undefined);
}

function propertyOf(object: ObjectExpression, key: string) {
  // The last one wins, as in JavaScript.
  return object.properties.findLast(
    (property) =>
      property.type === 'ObjectProperty' &&
      !property.computed &&
      (property.key.type === 'Identifier' ? property.key.name : textOf(property.key)) === key,
  );
}

function valueAt(object: ObjectExpression, key: string): Expression | undefined {
  const property = propertyOf(object, key);
  return property?.type === 'ObjectProperty' ? withoutType(property.value) : undefined;
}

const textOf = (node: Node | undefined): string | undefined =>
  node?.type === 'StringLiteral' && 'value' in node ? String(node.value) : undefined;

const replace = (node: Node, insert: string): Splice => ({ start: startOf(node), end: endOf(node), insert });

function setRegion(text: string, stage: ObjectExpression, region: string, refuse: Refuse): Splice {
  const value = valueAt(stage, 'region');
  if (value?.type !== 'StringLiteral') return refuse(value ?? stage, 'region is not a string literal');
  return replace(value, quoted(region, quoteOf(text, value)));
}

function setEmails(
  text: string,
  { comments }: Source,
  stage: ObjectExpression,
  emails: readonly string[],
  quote: string,
  refuse: Refuse,
): readonly Splice[] {
  const value = valueAt(stage, 'alarmEmails');
  if (value === undefined) return insertEmails(text, stage, list(emails, quote), refuse);
  if (value.type !== 'ArrayExpression' || value.elements.some((element) => element?.type !== 'StringLiteral')) {
    return refuse(value, 'alarmEmails is not a list of string literals');
  }
  if (comments?.some((comment) => startOf(comment) > startOf(value) && endOf(comment) < endOf(value))) {
    return refuse(value, 'alarmEmails contains a comment, which would be lost');
  }
  const [first] = value.elements;
  return [replace(value, list(emails, first ? quoteOf(text, first) : quote))];
}

/** Inserts `alarmEmails` after the region, on its own line if the region has its own line. */
function insertEmails(text: string, stage: ObjectExpression, written: string, refuse: Refuse): readonly Splice[] {
  const region = propertyOf(stage, 'region');
  if (region === undefined) return refuse(stage, 'The stage has neither alarmEmails nor a region to put them after');
  const end = endOf(region);
  const indent = text.slice(startOfLine(text, startOf(region)), startOf(region));
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

const quoted = (text: string, quote = "'"): string => quote + text + quote;

const list = (texts: readonly string[], quote = "'"): string =>
  `[${texts.map((text) => quoted(text, quote)).join(', ')}]`;
