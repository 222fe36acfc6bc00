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
  checkBatch,
  checkMessage,
  checkRange,
  MESSAGES_PER_RECEIVE,
  required,
  VISIBILITY_SECONDS,
  WAIT_SECONDS,
} from './sqs-rules';

/** SQS's operations. Each is done when it is answered, so waiting for messages (WaitTimeSeconds) isn't acted out. */
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
      checkRange(seconds, VISIBILITY_SECONDS);
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
  const message = checkMessage(request, queue.settings);
  const { id, sequenceNumber } = queue.send(message);
  // Of what was sent now, which a duplicate need not have in common with the first one.
  return { MessageId: id, MD5OfMessageBody: bodyMd5(message.body), SequenceNumber: sequenceNumber };
}

function receive(queue: Queue, request: ReceiveMessageRequest) {
  const { MaxNumberOfMessages, VisibilityTimeout, WaitTimeSeconds } = request;
  checkRange(MaxNumberOfMessages, MESSAGES_PER_RECEIVE);
  checkRange(VisibilityTimeout, VISIBILITY_SECONDS);
  checkRange(WaitTimeSeconds, WAIT_SECONDS);
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

/** Each entry stands for itself: one that fails doesn't keep the others. */
function deleteBatch(queue: Queue, { Entries }: DeleteMessageBatchRequest) {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const { Id, ReceiptHandle } of checkBatch(Entries)) {
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

/** Moves what is in a dead-letter queue. AWS does it in the background; here it is done at once. */
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

/** The attributes with these names; `All` stands for every one. */
function pick(attributes: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  const wanted = Object.entries(attributes).filter(([name]) => names.includes('All') || names.includes(name));
  return Object.fromEntries(wanted);
}
