import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { notEmulated } from './aws-error';
import { type Item, invalid } from './item-rules';

/** The values of placeholders in expressions. */
export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>> | undefined;
}

/** Those of DynamoDB's reserved words that could be names of our attributes. They need a placeholder. */
const RESERVED = [
  'COUNT',
  'DATE',
  'KEY',
  'NAME',
  'OWNER',
  'STATE',
  'STATUS',
  'TIMESTAMP',
  'TOKEN',
  'TTL',
  'USER',
  'VALUE',
];

const NOT_EXISTS = /^attribute_not_exists\s*\(\s*([#\w]+)\s*\)$/;
const EQUALS = /^([#\w]+)\s*=\s*(:\w+)$/;

/**
 * Whether a condition holds for `item`. Two forms are emulated: `attribute_not_exists(name)` and `name = :value`.
 *
 * @param item the current item; `undefined` if there is none
 * @throws {AwsError} ValidationException, or NotEmulated for another form
 */
export function conditionHolds(condition: string, item: Item | undefined, placeholders: Placeholders): boolean {
  const [, absent] = NOT_EXISTS.exec(condition.trim()) ?? [];
  if (absent !== undefined) {
    refuseUnusedPlaceholders([absent], placeholders, 'ConditionExpression');
    return item?.[attributeName(absent, placeholders, 'ConditionExpression')] === undefined;
  }
  const [, name, placeholder] = EQUALS.exec(condition.trim()) ?? [];
  if (name === undefined || placeholder === undefined) {
    throw notEmulated(`The condition ${condition}`, ['attribute_not_exists(name)', 'name = :value']);
  }
  refuseUnusedPlaceholders([name, placeholder], placeholders, 'ConditionExpression');
  const wanted = placeholders.ExpressionAttributeValues?.[placeholder];
  if (!wanted) {
    throw invalid(
      `Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
    );
  }
  const found = item?.[attributeName(name, placeholders, 'ConditionExpression')];
  return found !== undefined && found.S === wanted.S && found.N === wanted.N;
}

/**
 * `item` with only the attributes of a projection. Paths into an attribute are not emulated.
 *
 * @throws {AwsError} ValidationException, or NotEmulated
 */
export function project(item: Item, projection: string | undefined, placeholders: Placeholders): Item {
  const names = projection?.split(',').map((name) => name.trim()) ?? [];
  refuseUnusedPlaceholders(names, placeholders, 'ProjectionExpression');
  if (projection === undefined) return item;
  const wanted = names.map((name) => attributeName(name, placeholders, 'ProjectionExpression'));
  return Object.fromEntries(Object.entries(item).filter(([name]) => wanted.includes(name)));
}

function attributeName(name: string, { ExpressionAttributeNames = {} }: Placeholders, where: string): string {
  if (name.startsWith('#')) {
    const meant = ExpressionAttributeNames[name];
    if (meant !== undefined) return meant;
    throw invalid(
      `Invalid ${where}: An expression attribute name used in the document path is not defined; attribute name: ${name}`,
    );
  }
  if (!/^\w+$/.test(name)) throw notEmulated(`The path ${name} in a ${where}`, ['the name of an attribute']);
  if (!RESERVED.includes(name.toUpperCase())) return name;
  throw invalid(`Invalid ${where}: Attribute name is a reserved keyword; reserved keyword: ${name}`);
}

/** DynamoDB refuses placeholders that nothing uses. */
function refuseUnusedPlaceholders(used: readonly string[], placeholders: Placeholders, where: string): void {
  for (const [kind, given] of [
    ['names', placeholders.ExpressionAttributeNames],
    ['values', placeholders.ExpressionAttributeValues],
  ] as const) {
    const unused = Object.keys(given ?? {}).filter((placeholder) => !used.includes(placeholder));
    if (unused.length === 0) continue;
    throw invalid(
      `Value provided in ExpressionAttribute${kind === 'names' ? 'Names' : 'Values'} unused in expressions: keys: {${unused.join(', ')}} (${where})`,
    );
  }
}
