import { createHash } from 'node:crypto';
import { AwsError } from './aws-error';

/** A message in a queue. */
export interface Message {
  readonly id: string;
  readonly body: string;
  /** Always present in FIFO queues. */
  readonly groupId: string | undefined;
  /** In FIFO queues only, like the next one. */
  readonly deduplicationId: string | undefined;
  /** Increases with each message of a queue. */
  readonly sequenceNumber: string | undefined;
  readonly sentAtMs: number;
  /** In a dead-letter queue: ARN of the queue that the message comes from. */
  readonly deadLetterSourceArn: string | undefined;
  receiveCount: number;
  firstReceivedAtMs: number | undefined;
  /** End of the visibility timeout. Until then, the message is in flight. */
  invisibleUntilMs: number;
}

/** A received message: its state at that time, and the handle of this receipt. */
export interface ReceivedMessage extends Readonly<Message> {
  readonly receiptHandle: string;
}

/** The sender's user id, in AWS's format for roles. */
const SENDER_ID = 'AROALOCALEMULATION:local';

/** The system attributes of a message, as text, by their AWS names. */
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

/** The MD5 with which SDK clients verify a body. */
export const bodyMd5 = (body: string) => createHash('md5').update(body).digest('hex');

/** The content of a receipt handle: the queue, the message, and which receipt it is. */
export interface Receipt {
  readonly queueName: string;
  readonly messageId: string;
  readonly receiveCount: number;
}

/** The handle of a receipt, opaque to clients. */
export function formatReceiptHandle({ queueName, messageId, receiveCount }: Receipt): string {
  return Buffer.from([queueName, messageId, receiveCount].join('/')).toString('base64url');
}

/** @throws {AwsError} ReceiptHandleIsInvalid for a handle that is not from the queue `queueName` */
export function parseReceiptHandle(handle: string, queueName: string): Receipt {
  const [name = '', messageId = '', receiveCount] = Buffer.from(handle, 'base64url').toString().split('/');
  if (name === queueName) return { queueName, messageId, receiveCount: Number(receiveCount) };
  throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', 404);
}
