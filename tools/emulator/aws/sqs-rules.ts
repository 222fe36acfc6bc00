import type { SendMessageRequest } from '@aws-sdk/client-sqs';
import { AwsError } from './aws-error';
import type { OutgoingMessage } from './queue';
import type { QueueSettings } from './queue-settings';

/** Limits (AWS's API reference of SQS). */
const MAX_BODY_BYTES = 1_048_576;
const MAX_BATCH_ENTRIES = 10;
/** Alphanumeric characters and punctuation, up to 128. */
const GROUP_OR_DEDUPLICATION_ID = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;
/** Ranges and defaults of numbers in requests, in the API's units. */
export const MESSAGES_PER_RECEIVE = { name: 'MaxNumberOfMessages', min: 1, max: 10 };
export const VISIBILITY_SECONDS = { name: 'VisibilityTimeout', min: 0, max: 43_200 };
export const WAIT_SECONDS = { name: 'WaitTimeSeconds', min: 0, max: 20 };

/** @throws {AwsError} InvalidParameterValue for a number out of range */
export function refuseOutOfRange(value: number | undefined, { name, min, max }: typeof WAIT_SECONDS): void {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return;
  throw invalidValue(value, name, `Must be between ${min} and ${max}, if provided.`);
}

/** @throws {AwsError} MissingParameter */
export function required<Value>(value: Value | undefined, name: string): Value {
  if (value !== undefined && value !== '') return value;
  throw new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
}

/**
 * The message in a request, if a queue with these settings accepts it.
 *
 * @throws {AwsError} MissingParameter, InvalidParameterValue, InvalidMessageContents, or NotEmulated for attributes and delays
 */
export function parseMessage(request: SendMessageRequest, settings: QueueSettings): OutgoingMessage {
  if (Object.keys(request.MessageAttributes ?? {}).length > 0) {
    throw new AwsError('NotEmulated', 'MessageAttributes are not emulated: put the data into the body.', 501);
  }
  const body = parseBody(required(request.MessageBody, 'MessageBody'));
  const groupId = parseId(request.MessageGroupId, 'MessageGroupId');
  const deduplicationId = parseId(request.MessageDeduplicationId, 'MessageDeduplicationId');
  if (settings.fifo) {
    required(groupId, 'MessageGroupId');
    if (deduplicationId === undefined && !settings.contentBasedDeduplication) {
      throw new AwsError(
        'InvalidParameterValue',
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      );
    }
  } else if (deduplicationId !== undefined) {
    throw notForThisQueue(deduplicationId, 'MessageDeduplicationId');
  }
  if (request.DelaySeconds) {
    if (settings.fifo) throw notForThisQueue(request.DelaySeconds, 'DelaySeconds');
    throw new AwsError('NotEmulated', `DelaySeconds is ${request.DelaySeconds}; only 0 is emulated.`, 501);
  }
  return { body, groupId, deduplicationId };
}

/** @throws {AwsError} EmptyBatchRequest, TooManyEntriesInBatchRequest or BatchEntryIdsNotDistinct */
export function parseBatch<Entry extends { Id: string | undefined }>(entries: readonly Entry[] = []): readonly Entry[] {
  if (entries.length === 0) {
    throw new AwsError(
      'EmptyBatchRequest',
      'There should be at least one DeleteMessageBatchRequestEntry in the request.',
    );
  }
  if (entries.length > MAX_BATCH_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_BATCH_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const ids = entries.map(({ Id }) => Id);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  return entries;
}

/** An error has only the size of the message, never its text. */
function parseBody(body: string): string {
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_BODY_BYTES) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_BODY_BYTES} bytes; it has ${bytes}.`,
    );
  }
  if ([...body].every(isXmlCharacter)) return body;
  throw new AwsError(
    'InvalidMessageContents',
    'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.',
  );
}

/** The characters that SQS accepts. Lone surrogates are not among them. */
function isXmlCharacter(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return '\t\n\r'.includes(character);
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

function parseId(id: string | undefined, name: string): string | undefined {
  if (id === undefined || GROUP_OR_DEDUPLICATION_ID.test(id)) return id;
  throw invalidValue(id, name, `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`);
}

const notForThisQueue = (value: string | number, name: string) =>
  invalidValue(value, name, 'The request include parameter that is not valid for this queue type.');

const invalidValue = (value: string | number, name: string, reason: string) =>
  new AwsError('InvalidParameterValue', `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);
