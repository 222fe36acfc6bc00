import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from './aws-error';
import { Deduplication } from './deduplication';
import { formatReceiptHandle, type Message, parseReceiptHandle, type ReceivedMessage } from './queue-message';
import type { QueueSettings } from './queue-settings';

/** A validated message from a producer. */
export interface OutgoingMessage {
  readonly body: string;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
}

/** An SQS queue with AWS's documented rules, except retention, delays and the limit of messages in flight. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  settings: QueueSettings;
  readonly #clock: () => number;
  readonly #byArn: (arn: string) => Queue | undefined;
  readonly #deduplication: Deduplication;
  readonly #listeners = new Set<() => void>();
  /** Messages by id, in sending order. */
  readonly #messages = new Map<string, Message>();
  #sentSoFar = 0;

  /**
   * @param clock milliseconds since 1970
   * @param byArn finds other queues, such as the dead-letter queue
   */
  constructor(
    identity: { readonly name: string; readonly arn: string },
    settings: QueueSettings,
    clock: () => number,
    byArn: (arn: string) => Queue | undefined,
  ) {
    this.name = identity.name;
    this.arn = identity.arn;
    this.settings = settings;
    this.createdAtMs = clock();
    this.#clock = clock;
    this.#byArn = byArn;
    this.#deduplication = new Deduplication(clock);
  }

  /** Adds a message. Accepts a duplicate without adding it, and returns the original. */
  send({ body, groupId, deduplicationId = this.#contentBasedId(body) }: OutgoingMessage): Message {
    const key = JSON.stringify([this.settings.deduplicationScope === 'messageGroup' && groupId, deduplicationId]);
    const duplicate = this.settings.fifo ? this.#deduplication.find(key) : undefined;
    if (duplicate) return duplicate;
    const message = this.#add({ body, groupId, deduplicationId, id: randomUUID(), deadLetterSourceArn: undefined });
    if (this.settings.fifo) this.#deduplication.remember(key, message);
    return message;
  }

  /**
   * Receives up to `most` messages, and hides them until their visibility timeout ends. Moves messages that were received too
   * often to the dead-letter queue instead.
   */
  receive(most: number, visibilityTimeoutSeconds = this.settings.visibilityTimeoutSeconds): ReceivedMessage[] {
    const received: ReceivedMessage[] = [];
    for (const message of this.#available()) {
      if (received.length === most) break;
      if (this.#giveUp(message)) continue;
      message.receiveCount += 1;
      message.firstReceivedAtMs ??= this.#clock();
      message.invisibleUntilMs = this.#clock() + visibilityTimeoutSeconds * 1000;
      const receipt = { queueName: this.name, messageId: message.id, receiveCount: message.receiveCount };
      received.push({ ...message, receiptHandle: formatReceiptHandle(receipt) });
    }
    return received;
  }

  /**
   * Deletes a message. Succeeds if it is already deleted.
   *
   * @throws {AwsError} ReceiptHandleIsInvalid; in a FIFO queue InvalidParameterValue after the visibility timeout
   */
  delete(receiptHandle: string): void {
    const { messageId, receiveCount } = parseReceiptHandle(receiptHandle, this.name);
    const message = this.#messages.get(messageId);
    if (!message) return;
    const isLatest = message.receiveCount === receiveCount;
    if (this.settings.fifo && !(isLatest && this.#isInFlight(message))) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
      );
    }
    // Deleting with an older handle succeeds and may have no effect (AWS's documentation).
    if (isLatest) this.#messages.delete(messageId);
    this.#tellListeners();
  }

  /** @throws {AwsError} ReceiptHandleIsInvalid, or MessageNotInflight */
  changeVisibility(receiptHandle: string, timeoutSeconds: number): void {
    const { messageId, receiveCount } = parseReceiptHandle(receiptHandle, this.name);
    const message = this.#messages.get(messageId);
    if (!message || message.receiveCount !== receiveCount || !this.#isInFlight(message)) {
      throw new AwsError('MessageNotInflight', "The specified message isn't in flight.");
    }
    message.invisibleUntilMs = this.#clock() + timeoutSeconds * 1000;
    this.#tellListeners();
  }

  /**
   * Moves all messages that aren't in flight, oldest first, to `destination` or back to their source queues, as new messages.
   * Messages without a source stay.
   *
   * @returns number of moved messages
   */
  redriveTo(destination: Queue | undefined): number {
    let moved = 0;
    for (const message of this.#available()) {
      const target = destination ?? this.#byArn(message.deadLetterSourceArn ?? '');
      if (!target) continue;
      this.#messages.delete(message.id);
      const { body, groupId, deduplicationId } = message;
      // Without deduplication: a message that is redriven within five minutes must not be lost.
      target.#add({ body, groupId, deduplicationId, id: randomUUID(), deadLetterSourceArn: undefined });
      moved += 1;
    }
    return moved;
  }

  /** Numbers of waiting messages and of messages in flight. Unlike AWS's, they are exact. */
  counts(): { readonly waiting: number; readonly inFlight: number } {
    const inFlight = [...this.#messages.values()].filter((message) => this.#isInFlight(message)).length;
    return { waiting: this.#messages.size - inFlight, inFlight };
  }

  /** Whether a consumer would receive a message now. */
  hasAvailable(): boolean {
    return this.#available().length > 0;
  }

  /** Calls `listener` whenever a message may have become available. Returns the function that stops it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #contentBasedId(body: string): string | undefined {
    const { fifo, contentBasedDeduplication } = this.settings;
    return fifo && contentBasedDeduplication ? createHash('sha256').update(body).digest('hex') : undefined;
  }

  #add(
    message: Pick<Message, 'body' | 'groupId' | 'deduplicationId' | 'id' | 'deadLetterSourceArn'>,
    receiveCount = 0,
  ): Message {
    this.#sentSoFar += 1;
    const added: Message = {
      ...message,
      // Like AWS's: 20 digits, with gaps.
      sequenceNumber: this.settings.fifo ? String(10n ** 19n + BigInt(this.#sentSoFar) * 256n) : undefined,
      sentAtMs: this.#clock(),
      receiveCount,
      firstReceivedAtMs: undefined,
      invisibleUntilMs: 0,
    };
    this.#messages.set(added.id, added);
    this.#tellListeners();
    return added;
  }

  /** Messages that can be received now, in order. In a FIFO queue, a message in flight blocks its whole group. */
  #available(): Message[] {
    const messages = [...this.#messages.values()];
    if (!this.settings.fifo) return messages.filter((message) => !this.#isInFlight(message));
    // Group by group, oldest first: SQS fills a batch from one group if possible.
    return byGroup(messages)
      .filter((group) => !group.some((message) => this.#isInFlight(message)))
      .flat();
  }

  #isInFlight({ invisibleUntilMs }: Message): boolean {
    return invisibleUntilMs > this.#clock();
  }

  /** Moves a message that was received too often to the dead-letter queue, with its id. */
  #giveUp(message: Message): boolean {
    const { redrive } = this.settings;
    if (!redrive || message.receiveCount < redrive.maxReceiveCount) return false;
    const deadLetterQueue = this.#byArn(redrive.deadLetterTargetArn);
    if (!deadLetterQueue) return false;
    this.#messages.delete(message.id);
    deadLetterQueue.#add({ ...message, deadLetterSourceArn: this.arn }, message.receiveCount);
    return true;
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The messages of each group, in order. */
function byGroup(messages: readonly Message[]): Message[][] {
  const groups = new Map<string | undefined, Message[]>();
  for (const message of messages) {
    const group = groups.get(message.groupId);
    if (group) group.push(message);
    else groups.set(message.groupId, [message]);
  }
  return [...groups.values()];
}
