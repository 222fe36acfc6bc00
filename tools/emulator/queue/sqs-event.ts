import type { SQSEvent } from 'aws-lambda';
import { bodyMd5, type ReceivedMessage, systemAttributes } from '../aws/queue-message';

/** The event for messages from the queue with this ARN. */
export function sqsEvent(messages: readonly ReceivedMessage[], queueArn: string): SQSEvent {
  const awsRegion = queueArn.split(':')[3] ?? '';
  return {
    Records: messages.map((message) => ({
      messageId: message.id,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: systemAttributes(message),
      messageAttributes: {},
      md5OfBody: bodyMd5(message.body),
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion,
    })),
  };
}
