import { randomUUID } from 'node:crypto';
import type {
  ChangeMessageVisibilityRequest,
  DeleteMessageBatchRequest,
  DeleteMessageRequest,
  GetQueueAttributesRequest,
  GetQueueUrlRequest,
  ReceiveMessageRequest,
  SendMessageRequest,
  StartMessageMoveTaskRequest,
} from '@aws-sdk/client-sqs';
import { AwsError } from './aws-error';
import type { JsonOperations } from './json-protocol';
import type { Queue } from './queue';
import { queueAttributes } from './queue-attributes';
import { bodyMd5, systemAttributes } from './queue-message';
import type { QueueStore } from './queue-store';
import {
  MESSAGES_PER_RECEIVE,
  parseBatch,
  parseMessage,
  refuseOutOfRange,
  required,
  VISIBILITY_SECONDS,
  WAIT_SECONDS,
} from './sqs-rules';

/** SQS's operations. They are answered at once, so long polling (WaitTimeSeconds) is not emulated. */
export function sqsOperations(queues: QueueStore): JsonOperations {
  const queueAt = (url: string | undefined) => queues.get(required(url, 'QueueUrl'));

  return {
    SendMessage: (request: SendMessageRequest) => send(queueAt(request.QueueUrl), request),
    ReceiveMessage: (request: ReceiveMessageRequest) => receive(queueAt(request.QueueUrl), request),
    DeleteMessage: ({ QueueUrl, ReceiptHandle }: DeleteMessageRequest) => {
      queueAt(QueueUrl).delete(required(ReceiptHandle, 'ReceiptHandle'));
      return {};
    },
    DeleteMessageBatch: (request: DeleteMessageBatchRequest) => deleteBatch(queueAt(request.QueueUrl), request),
    ChangeMessageVisibility: ({ QueueUrl, ReceiptHandle, VisibilityTimeout }: ChangeMessageVisibilityRequest) => {
      const seconds = required(VisibilityTimeout, 'VisibilityTimeout');
      refuseOutOfRange(seconds, VISIBILITY_SECONDS);
      queueAt(QueueUrl).changeVisibility(required(ReceiptHandle, 'ReceiptHandle'), seconds);
      return {};
    },
    GetQueueAttributes: ({ QueueUrl, AttributeNames }: GetQueueAttributesRequest) => ({
      Attributes: queueAttributes(queueAt(QueueUrl), AttributeNames),
    }),
    GetQueueUrl: ({ QueueName }: GetQueueUrlRequest) => ({
      QueueUrl: queues.url(queues.get(required(QueueName, 'QueueName'))),
    }),
    StartMessageMoveTask: (request: StartMessageMoveTaskRequest) => redrive(queues, request),
  };
}

function send(queue: Queue, request: SendMessageRequest) {
  const message = parseMessage(request, queue.settings);
  const { id, sequenceNumber } = queue.send(message);
  // The MD5 of this body, because a duplicate may have another body than the original.
  return { MessageId: id, MD5OfMessageBody: bodyMd5(message.body), SequenceNumber: sequenceNumber };
}

function receive(queue: Queue, request: ReceiveMessageRequest) {
  const { MaxNumberOfMessages, VisibilityTimeout, WaitTimeSeconds } = request;
  refuseOutOfRange(MaxNumberOfMessages, MESSAGES_PER_RECEIVE);
  refuseOutOfRange(VisibilityTimeout, VISIBILITY_SECONDS);
  refuseOutOfRange(WaitTimeSeconds, WAIT_SECONDS);
  const wanted = request.MessageSystemAttributeNames ?? request.AttributeNames ?? [];
  const messages = queue.receive(MaxNumberOfMessages ?? 1, VisibilityTimeout);
  return {
    Messages: messages.map((message) => ({
      MessageId: message.id,
      ReceiptHandle: message.receiptHandle,
      Body: message.body,
      MD5OfBody: bodyMd5(message.body),
      Attributes: pick(systemAttributes(message), wanted),
    })),
  };
}

/** Entries are independent: a failed one doesn't affect the others. */
function deleteBatch(queue: Queue, { Entries }: DeleteMessageBatchRequest) {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const { Id, ReceiptHandle } of parseBatch(Entries)) {
    try {
      queue.delete(required(ReceiptHandle, 'ReceiptHandle'));
      Successful.push({ Id });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

/** Moves messages of a dead-letter queue: at once, unlike in AWS. */
function redrive(queues: QueueStore, { SourceArn, DestinationArn }: StartMessageMoveTaskRequest) {
  const source = existing(queues, required(SourceArn, 'SourceArn'));
  const destination = DestinationArn === undefined ? undefined : existing(queues, DestinationArn);
  if (!queues.all().some(({ settings }) => settings.redrive?.deadLetterTargetArn === source.arn)) {
    throw new AwsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
  }
  source.redriveTo(destination);
  return {
    TaskHandle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })).toString('base64'),
  };
}

function existing(queues: QueueStore, arn: string): Queue {
  const queue = queues.find(arn);
  if (queue) return queue;
  throw new AwsError('ResourceNotFoundException', `The resource that you specified doesn't exist: ${arn}`, 404);
}

/** The attributes with these names; `All` means all. */
function pick(attributes: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  const wanted = Object.entries(attributes).filter(([name]) => names.includes('All') || names.includes(name));
  return Object.fromEntries(wanted);
}
