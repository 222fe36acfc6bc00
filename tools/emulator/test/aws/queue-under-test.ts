import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { QueueSettings } from '../../aws/queue-settings';
import type { EmulatedAws } from '../../aws/server';

export const FIFO: QueueSettings = {
  fifo: true,
  contentBasedDeduplication: false,
  deduplicationScope: 'queue',
  visibilityTimeoutSeconds: 30,
  redrive: undefined,
};

/** The real SDK's client for an emulated AWS. */
export const sqsClient = (aws: EmulatedAws) =>
  new SQSClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    maxAttempts: 1,
  });

/** One queue, seen through the AWS SDK. */
export class QueueUnderTest {
  readonly #client: SQSClient;
  readonly url: string;
  readonly arn: string;
  #sent = 0;

  constructor(client: SQSClient, aws: EmulatedAws, name: string, settings: Partial<QueueSettings> = {}) {
    this.#client = client;
    const queue = aws.queues.put(name, { ...FIFO, ...settings });
    this.url = aws.queues.url(queue);
    this.arn = queue.arn;
  }

  /** Sends to a group, with a new deduplication id unless one is given. */
  send(body: string, group = 'a', deduplicationId = `deduplication-${++this.#sent}`) {
    return this.sendAnyhow({ MessageBody: body, MessageGroupId: group, MessageDeduplicationId: deduplicationId });
  }

  sendAnyhow(input: Partial<SendMessageCommandInput>) {
    return this.#client.send(new SendMessageCommand({ QueueUrl: this.url, MessageBody: 'body', ...input }));
  }

  async receive(most = 10, visibilityTimeoutSeconds?: number) {
    const { Messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.url,
        MaxNumberOfMessages: most,
        MessageSystemAttributeNames: ['All'],
        ...(visibilityTimeoutSeconds !== undefined && { VisibilityTimeout: visibilityTimeoutSeconds }),
      }),
    );
    return Messages;
  }

  /** Receives, and answers with the bodies. */
  async bodies(most = 10) {
    return (await this.receive(most)).map(({ Body }) => Body);
  }

  delete(message: { ReceiptHandle?: string | undefined } | undefined) {
    return this.#client.send(
      new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle: message?.ReceiptHandle ?? '' }),
    );
  }

  deleteAll(messages: readonly { ReceiptHandle?: string | undefined }[], ids = messages.map((_, index) => `${index}`)) {
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: ids[index] ?? '', ReceiptHandle }));
    return this.#client.send(new DeleteMessageBatchCommand({ QueueUrl: this.url, Entries }));
  }

  changeVisibility(message: { ReceiptHandle?: string | undefined } | undefined, seconds: number) {
    return this.#client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.url,
        ReceiptHandle: message?.ReceiptHandle ?? '',
        VisibilityTimeout: seconds,
      }),
    );
  }

  async attributes(...names: QueueAttributeName[]) {
    const command = new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: names });
    return (await this.#client.send(command)).Attributes;
  }

  async urlOf(name: string) {
    return (await this.#client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  }

  redrive(from: string, to?: string) {
    const input = { SourceArn: from, ...(to !== undefined && { DestinationArn: to }) };
    return this.#client.send(new StartMessageMoveTaskCommand(input));
  }
}
