import { AwsError } from './aws-error';
import { asObject, optionalText } from './properties';
import type { JsonObject } from './template';

/** The settings of a queue. */
export interface QueueSettings {
  readonly fifo: boolean;
  /** Whether messages without a deduplication id get the SHA-256 of their body. */
  readonly contentBasedDeduplication: boolean;
  /** Scope of deduplication: the queue or a message group. */
  readonly deduplicationScope: 'queue' | 'messageGroup';
  readonly visibilityTimeoutSeconds: number;
  readonly redrive: RedrivePolicy | undefined;
  /** ARN of the customer-managed key that encrypts messages. */
  readonly kmsKeyArn?: string;
}

/** The redrive policy: when a message is given up, and where it goes. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  /** After this many receipts, the next one moves the message there. */
  readonly maxReceiveCount: number;
}

/** Defaults and limits (AWS's documentation of queue attributes). */
const VISIBILITY_TIMEOUT_SECONDS = { byDefault: 30, max: 43_200 };
const MAX_RECEIVE_COUNT = 1000;

/**
 * The settings of a queue in a template. Retention, encryption and policies are accepted without effect.
 *
 * @throws {AwsError} InvalidAttributeValue, or NotEmulated for a queue that delays messages
 */
export function queueSettings(properties: JsonObject): QueueSettings {
  const fifo = properties.FifoQueue === true || properties.FifoQueue === 'true';
  const contentBasedDeduplication = String(properties.ContentBasedDeduplication) === 'true';
  if (contentBasedDeduplication && !fifo) throw invalid('ContentBasedDeduplication', 'true', 'only with FifoQueue');
  const scope = optionalText(properties.DeduplicationScope) ?? 'queue';
  if (scope !== 'queue' && scope !== 'messageGroup') {
    throw invalid('DeduplicationScope', scope, 'queue or messageGroup');
  }
  if (Number(properties.DelaySeconds ?? 0) !== 0) {
    throw new AwsError('NotEmulated', `DelaySeconds is ${properties.DelaySeconds}; only 0 is emulated.`, 501);
  }
  return {
    fifo,
    contentBasedDeduplication,
    deduplicationScope: scope,
    visibilityTimeoutSeconds: visibilityTimeout(properties),
    redrive: redrivePolicy(properties),
    ...(isKeyArn(properties.KmsMasterKeyId) && { kmsKeyArn: String(properties.KmsMasterKeyId) }),
  };
}

const isKeyArn = (value: unknown) => typeof value === 'string' && value.startsWith('arn:');

function visibilityTimeout({ VisibilityTimeout }: JsonObject): number {
  const { byDefault, max } = VISIBILITY_TIMEOUT_SECONDS;
  const seconds = Number(VisibilityTimeout ?? byDefault);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= max) return seconds;
  throw invalid('VisibilityTimeout', String(VisibilityTimeout), `0 to ${max} seconds`);
}

function redrivePolicy(properties: JsonObject): RedrivePolicy | undefined {
  if (properties.RedrivePolicy === undefined) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = asObject(properties.RedrivePolicy);
  const count = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn !== 'string' || !Number.isInteger(count) || count < 1 || count > MAX_RECEIVE_COUNT) {
    const allowed = `a deadLetterTargetArn, and a maxReceiveCount of 1 to ${MAX_RECEIVE_COUNT}`;
    throw invalid('RedrivePolicy', JSON.stringify(properties.RedrivePolicy), allowed);
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

const invalid = (name: string, value: string, allowed: string) =>
  new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}: ${value}. Allowed: ${allowed}.`);
