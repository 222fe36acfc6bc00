import { getAttParts, type Json, type JsonObject, SUB_PLACEHOLDER, type Template, templateError } from './template';

/** The scope of intrinsic functions. */
export interface Scope {
  readonly template: Template;
  /** The value of a parameter, pseudo parameter or resource. `undefined` means AWS::NoValue. */
  ref(name: string): string | undefined;
  attribute(id: string, attribute: string): string;
}

/** `undefined` (AWS::NoValue) removes the property. */
type Resolved = Json | undefined;
type Intrinsic = (argument: Json, scope: Scope) => Resolved;

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(String(name)),
  'Fn::GetAtt': (argument, scope) => {
    const { id, attribute } = getAttParts(argument);
    return scope.attribute(id, attribute);
  },
  'Fn::Join': (argument, scope) => {
    const [separator, values] = list('Fn::Join', argument);
    return list('Fn::Join', resolve(values, scope)).join(String(separator));
  },
  'Fn::Select': (argument, scope) => {
    const [index, values] = list('Fn::Select', argument).map((item) => resolve(item, scope));
    const selected = list('Fn::Select', values)[Number(index)];
    if (selected === undefined) throw templateError(`Template error: Fn::Select cannot select index ${index}`);
    return selected;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = list('Fn::Split', argument);
    return String(resolve(text, scope)).split(String(separator));
  },
  'Fn::Base64': (text, scope) => Buffer.from(String(resolve(text, scope))).toString('base64'),
  'Fn::If': (argument, scope) => {
    const [condition, whenTrue, whenFalse] = list('Fn::If', argument);
    return resolve(conditionHolds(String(condition), scope) ? whenTrue : whenFalse, scope);
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map = '', top = '', second = ''] = list('Fn::FindInMap', resolve(argument, scope)).map(String);
    const found = scope.template.Mappings?.[map]?.[top]?.[second];
    if (found === undefined) throw templateError(`Template error: Unable to get mapping for ${map}::${top}::${second}`);
    return found;
  },
  'Fn::Sub': (argument, scope) => {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return substitute(String(text), object('Fn::Sub', variables), scope);
  },
};

/**
 * Replaces all intrinsic functions in `value` by their results.
 *
 * @throws {AwsError} ValidationError for a function that is not emulated, or an unresolved reference
 */
export function resolve(value: Resolved, scope: Scope): Resolved {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== undefined);
  const [key = ''] = Object.keys(value);
  const intrinsic = Object.keys(value).length === 1 ? INTRINSICS[key] : undefined;
  if (intrinsic) return intrinsic(value[key] ?? null, scope);
  return resolveProperties(value, scope);
}

/** {@link resolve} for an object that is no intrinsic function itself, such as a resource's properties. */
export function resolveProperties(properties: JsonObject, scope: Scope): JsonObject {
  const resolved: JsonObject = {};
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith('Fn::')) {
      throw templateError(`${key} is not emulated here. Emulated are ${Object.keys(INTRINSICS).join(', ')}.`);
    }
    const content = resolve(value, scope);
    if (content !== undefined) resolved[key] = content;
  }
  return resolved;
}

/** @throws {AwsError} ValidationError for an undeclared or unknown condition */
export function conditionHolds(name: string, scope: Scope): boolean {
  const condition = scope.template.Conditions?.[name];
  if (condition === undefined) throw templateError(`Template error: unresolved condition dependency ${name}`);
  return evaluate(condition, scope);
}

function evaluate(condition: Json, scope: Scope): boolean {
  const [[key, argument = null] = ['']] = Object.entries(object('a condition', condition));
  switch (key) {
    case 'Condition':
      return conditionHolds(String(argument), scope);
    case 'Fn::Equals': {
      const [one, other] = list(key, argument).map((item) => String(resolve(item, scope)));
      return one === other;
    }
    case 'Fn::Not':
      return !list(key, argument).every((item) => evaluate(item, scope));
    case 'Fn::And':
      return list(key, argument).every((item) => evaluate(item, scope));
    case 'Fn::Or':
      return list(key, argument).some((item) => evaluate(item, scope));
    default:
      throw templateError(`${key} is not emulated in a condition.`);
  }
}

function substitute(text: string, variables: JsonObject, scope: Scope): string {
  return text.replace(SUB_PLACEHOLDER, (_placeholder, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (name in variables) return String(resolve(variables[name], scope));
    const { id, attribute } = getAttParts(name);
    return attribute ? scope.attribute(id, attribute) : (scope.ref(name) ?? '');
  });
}

function list(where: string, value: Resolved): Json[] {
  if (Array.isArray(value)) return value;
  throw templateError(`Template error: every ${where} object requires a list; this is ${JSON.stringify(value)}`);
}

function object(where: string, value: Resolved): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw templateError(`Template error: ${where} requires an object; this is ${JSON.stringify(value)}`);
}
