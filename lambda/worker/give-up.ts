import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';

/** Puts a message into the dead-letter queue. */
export type GiveUp = (record: SQSRecord) => Promise<void>;

/**
 * The worker itself gives up a failed job. SQS counts how often a message was received, so it would give up throttled
 * messages that never ran.
 *
 * @param queueUrl of the dead-letter queue
 * @param options of the SDK's client
 */
export const createGiveUp = (queueUrl: string, options: SQSClientConfig = {}): GiveUp => {
  return async function giveUp({ body, messageId, attributes }) {
    // Loaded here, because hardly any run needs it.
    const { SendMessageCommand, SQSClient } = await import('@aws-sdk/client-sqs');
    const client = new SQSClient(options);
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageGroupId: attributes.MessageGroupId,
      // If the message's deletion gets lost and it comes again, it is kept only once.
      MessageDeduplicationId: messageId,
    });
    await client.send(command);
    client.destroy();
  };
};
