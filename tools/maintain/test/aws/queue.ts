import { GetQueueUrlCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { clientOptions } from './endpoint';

/** What is in the queue, as the event that Lambda makes of it. The messages stay where they are. */
export async function receiveEvent(url: string, queueArn: string): Promise<SQSEvent> {
  const sqs = new SQSClient(clientOptions(url));
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueArn.split(':').at(-1) }));
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
    );
    return { Records: Messages.map((message) => recordOf(message, queueArn)) };
  } finally {
    sqs.destroy();
  }
}

function recordOf(message: Message, queueArn: string): SQSEvent['Records'][number] {
  const { ApproximateReceiveCount = '1', SentTimestamp = '', SenderId = '', ...more } = message.Attributes ?? {};
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ...more,
      ApproximateReceiveCount,
      SentTimestamp,
      SenderId,
      ApproximateFirstReceiveTimestamp: more.ApproximateFirstReceiveTimestamp ?? '',
    },
    messageAttributes: {},
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3] ?? '',
  };
}
