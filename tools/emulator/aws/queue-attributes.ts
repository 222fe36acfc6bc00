import { AwsError } from './aws-error';
import type { Queue } from './queue';

/** Reads each attribute, by its AWS name. `undefined` if a queue doesn't have it. */
const ATTRIBUTES: Readonly<Record<string, (queue: Queue) => string | undefined>> = {
  QueueArn: ({ arn }) => arn,
  CreatedTimestamp: ({ createdAtMs }) => String(Math.floor(createdAtMs / 1000)),
  VisibilityTimeout: ({ settings }) => String(settings.visibilityTimeoutSeconds),
  ApproximateNumberOfMessages: (queue) => String(queue.counts().waiting),
  ApproximateNumberOfMessagesNotVisible: (queue) => String(queue.counts().inFlight),
  ApproximateNumberOfMessagesDelayed: () => '0',
  FifoQueue: ({ settings }) => (settings.fifo ? 'true' : undefined),
  ContentBasedDeduplication: ({ settings }) => (settings.fifo ? String(settings.contentBasedDeduplication) : undefined),
  DeduplicationScope: ({ settings }) => (settings.fifo ? settings.deduplicationScope : undefined),
  RedrivePolicy: ({ settings }) => settings.redrive && JSON.stringify(settings.redrive),
};

/**
 * The attributes of `queue` with these names, as text. `All` means all.
 *
 * @throws {AwsError} InvalidAttributeName for an unknown one, listing the emulated ones
 */
export function queueAttributes(queue: Queue, names: readonly string[] = []): Record<string, string> {
  const known = Object.keys(ATTRIBUTES);
  const unknown = names.find((name) => name !== 'All' && !known.includes(name));
  if (unknown !== undefined) {
    throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}. Emulated are: ${known.join(', ')}.`);
  }
  const attributes: Record<string, string> = {};
  for (const [name, read] of Object.entries(ATTRIBUTES)) {
    const value = read(queue);
    if (value !== undefined && (names.includes('All') || names.includes(name))) attributes[name] = value;
  }
  return attributes;
}
