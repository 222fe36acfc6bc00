import { AwsError } from './aws-error';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = Record<string, Json>;

/** The emulated parts of a CloudFormation template. */
export interface Template {
  readonly Resources: Readonly<Record<string, ResourceDeclaration>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: string }>>;
  readonly Mappings?: Readonly<Record<string, Record<string, JsonObject>>>;
  readonly Conditions?: Readonly<Record<string, Json>>;
  readonly Outputs?: Readonly<Record<string, OutputDeclaration>>;
}

export interface ResourceDeclaration {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly DependsOn?: string | string[];
  readonly Condition?: string;
  /** @default Delete */
  readonly DeletionPolicy?: string;
  /** @default Delete */
  readonly UpdateReplacePolicy?: string;
}

interface OutputDeclaration {
  readonly Value: Json;
  readonly Description?: string;
  readonly Condition?: string;
}

/** CloudFormation's error for an invalid template. */
export const templateError = (message: string) => new AwsError('ValidationError', message);

/** @throws {AwsError} ValidationError */
export function parseTemplate(text: string): Template {
  let template: Template;
  try {
    template = JSON.parse(text);
  } catch {
    throw templateError('Template format error: only JSON is emulated, and this is none.');
  }
  if (Object.keys(template.Resources ?? {}).length === 0) {
    throw templateError('Template format error: At least one Resources member must be defined.');
  }
  return template;
}

/**
 * Logical ids in order of dependencies.
 *
 * @throws {AwsError} ValidationError for a circular dependency
 */
export function creationOrder({ Resources }: Template): string[] {
  const ordered = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    const declared = Resources[id];
    if (!declared || ordered.has(id)) return;
    if (path.includes(id)) {
      throw templateError(`Circular dependency between resources: [${[...path, id].join(', ')}]`);
    }
    const needed = [...references(declared.Properties ?? {}), declared.DependsOn ?? []].flat();
    for (const other of needed) visit(other, [...path, id]);
    ordered.add(id);
  };
  for (const id of Object.keys(Resources)) visit(id, []);
  return [...ordered];
}

/** Names that `value` refers to: resources, parameters and pseudo parameters. */
function references(value: Json): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(references);
  return Object.entries(value).flatMap(([key, content]) => {
    if (key === 'Ref') return [String(content)];
    if (key === 'Fn::GetAtt') return [getAttParts(content).id];
    if (key === 'Fn::Sub') return [...subNames(content), ...references(content)];
    return references(content);
  });
}

/** Both notations of Fn::GetAtt: `["Id", "Attribute"]` and `"Id.Attribute"`. */
export function getAttParts(argument: Json): { id: string; attribute: string } {
  const [id = '', ...attribute] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
  return { id, attribute: attribute.join('.') };
}

/** A placeholder of Fn::Sub: `${Name}` or `${Id.Attribute}`. `${!Name}` is literal. */
export const SUB_PLACEHOLDER = /\$\{(!?)([^}]+)\}/g;

function subNames(argument: Json): string[] {
  const text = String(Array.isArray(argument) ? argument[0] : argument);
  return [...text.matchAll(SUB_PLACEHOLDER)].map(([, , name = '']) => getAttParts(name).id);
}
