import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';

/** Puts a message into the dead-letter queue. */
export type GiveUp = (record: SQSRecord) => Promise<void>;

/**
 * The worker gives a job up itself, after a run that failed. Left to SQS, which counts how often a message was received,
 * a message that Lambda throttled would be given up though it never ran.
 *
 * @param queueUrl of the dead-letter queue
 * @param options of the SDK's client
 */
export const createGiveUp = (queueUrl: string, options: SQSClientConfig = {}): GiveUp => {
  return async function giveUp({ body, messageId, attributes }) {
    // Loaded only now: hardly any run needs it.
    const { SendMessageCommand, SQSClient } = await import('@aws-sdk/client-sqs');
    const client = new SQSClient(options);
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageGroupId: attributes.MessageGroupId,
      // If the message comes once more, because its deletion was lost, it is not kept twice.
      MessageDeduplicationId: messageId,
    });
    await client.send(command);
    client.destroy();
  };
};
