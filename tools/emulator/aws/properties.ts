import { type Json, type JsonObject, templateError } from './template';

/** A required property. @throws {AwsError} ValidationError */
export function text(properties: JsonObject, name: string): string {
  const value = optionalText(properties[name]);
  if (value !== undefined) return value;
  throw templateError(`Property ${name} is required, but missing. Given: ${Object.keys(properties).join(', ')}`);
}

export const optionalText = (value: Json | undefined) => (value === undefined ? undefined : String(value));

/** `value` if it is an object, or else an empty object. */
export const asObject = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

/** A resource's tags, as an SDK type. */
export const tags = (value: Json | undefined) =>
  Array.isArray(value) ? value.map(asObject).map(({ Key, Value }) => ({ Key: String(Key), Value: String(Value) })) : [];
