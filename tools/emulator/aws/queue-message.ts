import { createHash } from 'node:crypto';
import { AwsError } from './aws-error';

/** A message as a queue keeps it. */
export interface Message {
  readonly id: string;
  readonly body: string;
  /** FIFO queues always have one. */
  readonly groupId: string | undefined;
  /** FIFO queues only, as the next one. */
  readonly deduplicationId: string | undefined;
  /** Grows with each message of a queue. */
  readonly sequenceNumber: string | undefined;
  readonly sentAtMs: number;
  /** In a dead-letter queue: the ARN of the queue that gave the message up. */
  readonly deadLetterSourceArn: string | undefined;
  receiveCount: number;
  firstReceivedAtMs: number | undefined;
  /** Nobody receives it before this time. While that lies ahead, the message is in flight. */
  invisibleUntilMs: number;
}

/** A message as a consumer gets it: what it was at that moment, and the handle for this one receipt. */
export interface ReceivedMessage extends Readonly<Message> {
  readonly receiptHandle: string;
}

/** The user id that SQS gives as the sender, in the form that AWS uses for roles. */
const SENDER_ID = 'AROALOCALEMULATION:local';

/** The attributes that SQS keeps of a message, under AWS's names. All of them are text. */
export function systemAttributes(message: Readonly<Message>) {
  const { groupId, deduplicationId, sequenceNumber, deadLetterSourceArn } = message;
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs ?? ''),
    SenderId: SENDER_ID,
    SentTimestamp: String(message.sentAtMs),
    ...(groupId !== undefined && { MessageGroupId: groupId }),
    ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
    ...(deadLetterSourceArn !== undefined && { DeadLetterQueueSourceArn: deadLetterSourceArn }),
  };
}

/** The MD5 by which SDK clients check that a body arrived unharmed. */
export const bodyMd5 = (body: string) => createHash('md5').update(body).digest('hex');

/** What a receipt handle says: which message of which queue, and which time it was received. */
export interface Receipt {
  readonly queueName: string;
  readonly messageId: string;
  readonly receiveCount: number;
}

/** A handle for one receipt. To clients it is opaque. */
export function formatReceiptHandle({ queueName, messageId, receiveCount }: Receipt): string {
  return Buffer.from([queueName, messageId, receiveCount].join('/')).toString('base64url');
}

/** @throws {AwsError} ReceiptHandleIsInvalid when the queue named `queueName` never gave out such a handle */
export function parseReceiptHandle(handle: string, queueName: string): Receipt {
  const [name = '', messageId = '', receiveCount] = Buffer.from(handle, 'base64url').toString().split('/');
  if (name === queueName) return { queueName, messageId, receiveCount: Number(receiveCount) };
  throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', 404);
}
