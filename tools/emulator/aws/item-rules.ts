import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError } from './aws-error';

/** An item, or its key, in a request. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** Limits (DynamoDB's documentation of quotas). */
const MAX_ITEM_BYTES = 400 * 1024;
const MAX_KEY_BYTES = 2048;

export const invalid = (message: string) => new AwsError('ValidationException', message);

/** @throws {AwsError} for an item that DynamoDB refuses with the key attribute `keyName`, or that is not emulated */
export function parseItem(item: Item | undefined, keyName: string): Item {
  if (item === undefined) {
    throw invalid(
      "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null",
    );
  }
  for (const [name, value] of Object.entries(item)) refuseInvalidValue(name, value);
  keyOf(item, keyName);
  const bytes = sizeOf(item);
  // The message never contains the item.
  if (bytes > MAX_ITEM_BYTES) throw invalid('Item size has exceeded the maximum allowed size');
  return item;
}

/** The value of the key attribute. @throws {AwsError} ValidationException if it is missing */
export function keyOf(item: Item, keyName: string): string {
  const { S: key, ...others } = item[keyName] ?? {};
  if (key === undefined) {
    throw invalid(
      Object.keys(others).length === 0
        ? `One or more parameter values were invalid: Missing the key ${keyName} in the item`
        : `One or more parameter values were invalid: Type mismatch for key ${keyName} expected: S actual: ${Object.keys(others)[0]}`,
    );
  }
  const bytes = Buffer.byteLength(key);
  if (bytes >= 1 && bytes <= MAX_KEY_BYTES) return key;
  throw invalid(
    `One or more parameter values are not valid. The value of the key ${keyName} has ${bytes} bytes; allowed: 1 to 2048.`,
  );
}

/** The key of a request, which must have only the key attribute. @throws {AwsError} ValidationException */
export function parseKey(key: Item | undefined, keyName: string): string {
  if (key === undefined || Object.keys(key).length !== 1 || !(keyName in key)) {
    throw invalid('The provided key element does not match the schema');
  }
  return keyOf(key, keyName);
}

/** Size of an item in bytes: names and values in UTF-8, two digits of a number per byte (DynamoDB's documentation of item sizes). */
export const sizeOf = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, { S, N }]) => {
    const value = S === undefined ? Math.ceil((N ?? '').length / 2) + 1 : Buffer.byteLength(S);
    return sum + Buffer.byteLength(name) + value;
  }, 0);

function refuseInvalidValue(name: string, value: AttributeValue): void {
  const types = Object.keys(value);
  const [type = 'none'] = types;
  if (types.length !== 1 || !['S', 'N'].includes(type)) {
    throw new AwsError('NotEmulated', `Attribute ${name} has the type ${types.join(', ')}; emulated are S and N.`, 501);
  }
  if (value.N !== undefined && !/^-?\d{1,38}(\.\d+)?$/.test(value.N)) {
    throw invalid(`The parameter cannot be converted to a numeric value: attribute ${name}`);
  }
}
