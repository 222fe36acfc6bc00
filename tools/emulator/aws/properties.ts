import { type Json, type JsonObject, templateError } from './template';

/** A property that a resource can't do without. @throws {AwsError} ValidationError */
export function text(properties: JsonObject, name: string): string {
  const value = optionalText(properties[name]);
  if (value !== undefined) return value;
  throw templateError(
    `Property ${name} is missing, and it is needed here. Given: ${Object.keys(properties).join(', ')}`,
  );
}

export const optionalText = (value: Json | undefined) => (value === undefined ? undefined : String(value));

/** `value`, or an empty object where it is something else. */
export const asObject = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

/** A resource's tags, as SDK types have them. */
export const tags = (value: Json | undefined) =>
  Array.isArray(value) ? value.map(asObject).map(({ Key, Value }) => ({ Key: String(Key), Value: String(Value) })) : [];
