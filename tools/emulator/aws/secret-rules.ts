import { AwsError } from './aws-error';
import type { SecretValue } from './secret-versions';

/** Limits (AWS's API reference of Secrets Manager). */
const NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
const TOKEN_LENGTH = { min: 32, max: 64 };
const MAX_VALUE_BYTES = 65_536;
const LABEL_LENGTH = { min: 1, max: 256 };
const RECOVERY_DAYS = { min: 7, max: 30 };

/** @throws {AwsError} ValidationException for an invalid name of a secret */
export function parseName(name: string | undefined): string {
  if (name !== undefined && NAME.test(name)) return name;
  throw new AwsError(
    'ValidationException',
    `Invalid name ${JSON.stringify(name)}. Must be 1 to 512 alphanumeric characters, or any of the following: -/_+=.@`,
  );
}

/** @throws {AwsError} InvalidParameterException for an invalid version id */
export function parseToken(token: string | undefined): string {
  const length = token?.length ?? 0;
  if (token !== undefined && length >= TOKEN_LENGTH.min && length <= TOKEN_LENGTH.max) return token;
  throw new AwsError('InvalidParameterException', 'ClientRequestToken must be 32-64 characters long.');
}

/**
 * The value in a request; `undefined` if there is none.
 *
 * @throws {AwsError} for two values, or one that is too long. The message has only the length, never the value.
 */
export function parseValue({ SecretString, SecretBinary }: SecretValue): SecretValue | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw new AwsError('InvalidParameterException', "You can't specify both SecretString and SecretBinary.");
  }
  if (SecretString === undefined && SecretBinary === undefined) return undefined;
  const bytes =
    SecretString === undefined ? Buffer.byteLength(SecretBinary ?? '', 'base64') : Buffer.byteLength(SecretString);
  if (bytes < 1 || bytes > MAX_VALUE_BYTES) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: the secret value has ${bytes} bytes; it must have a length of 1 to ${MAX_VALUE_BYTES}.`,
    );
  }
  return SecretString === undefined ? { SecretBinary } : { SecretString };
}

/** @throws {AwsError} ValidationException for an empty or too long staging label */
export function parseLabel(label: string | undefined): string {
  const length = label?.length ?? 0;
  if (label !== undefined && length >= LABEL_LENGTH.min && length <= LABEL_LENGTH.max) return label;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: a staging label has ${length} characters; it must have 1 to 256.`,
  );
}

/**
 * The recovery window of a deleted secret, in days.
 *
 * @default 30
 * @throws {AwsError} InvalidParameterException outside 7 to 30
 */
export function parseRecoveryDays(days = RECOVERY_DAYS.max): number {
  if (Number.isInteger(days) && days >= RECOVERY_DAYS.min && days <= RECOVERY_DAYS.max) return days;
  throw new AwsError(
    'InvalidParameterException',
    `The RecoveryWindowInDays value must be between 7 and 30 days (inclusive); it is ${days}.`,
  );
}
