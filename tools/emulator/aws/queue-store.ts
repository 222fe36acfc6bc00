import { type Account, regionalArn } from './account';
import { AwsError } from './aws-error';
import { Queue } from './queue';
import type { QueueSettings } from './queue-settings';

/** Valid names (AWS's API reference of CreateQueue). */
const STANDARD_NAME = /^[A-Za-z0-9_-]{1,80}$/;
const FIFO_NAME = /^[A-Za-z0-9_-]{1,75}\.fifo$/;

/** All queues of an account in a region, by name, ARN or URL. */
export class QueueStore {
  readonly #account: Account;
  readonly #clock: () => number;
  readonly #endpoint: () => string;
  readonly #byName = new Map<string, Queue>();

  /**
   * @param clock milliseconds since 1970
   * @param endpoint URL of this AWS, without a trailing slash
   */
  constructor(account: Account, clock: () => number, endpoint: () => string) {
    this.#account = account;
    this.#clock = clock;
    this.#endpoint = endpoint;
  }

  /**
   * Creates a queue, or changes the settings of an existing one.
   *
   * @throws {AwsError} InvalidParameterValue for an invalid name or dead-letter queue
   */
  put(name: string, settings: QueueSettings): Queue {
    refuseInvalidName(name, settings.fifo);
    this.#refuseOtherKindOfDeadLetterQueue(settings);
    const existing = this.#byName.get(name);
    if (existing) {
      existing.settings = settings;
      return existing;
    }
    const identity = { name, arn: regionalArn(this.#account, 'sqs', name) };
    const queue = new Queue(identity, settings, this.#clock, (arn) => this.find(arn));
    this.#byName.set(name, queue);
    return queue;
  }

  remove(name: string): void {
    this.#byName.delete(name);
  }

  all(): Queue[] {
    return [...this.#byName.values()];
  }

  /** The queue with this ARN. */
  find(arn: string): Queue | undefined {
    return this.all().find((queue) => queue.arn === arn);
  }

  /**
   * The queue with this name, ARN or URL. The host of a URL is ignored, because a client may use another one.
   *
   * @throws {AwsError} QueueDoesNotExist, listing the existing queues
   */
  get(id: string): Queue {
    const queue = this.#byName.get(id.split(/[/:]/).at(-1) ?? '');
    if (queue) return queue;
    const existing = [...this.#byName.keys()].join(', ') || 'none';
    throw new AwsError('QueueDoesNotExist', `The specified queue does not exist: ${id}. Queues are: ${existing}.`);
  }

  /** A queue's URL, its id for clients. */
  url({ name }: Queue): string {
    return `${this.#endpoint()}/${this.#account.accountId}/${name}`;
  }

  #refuseOtherKindOfDeadLetterQueue({ fifo, redrive }: QueueSettings): void {
    if (!redrive) return;
    const target = this.find(redrive.deadLetterTargetArn);
    if (target?.settings.fifo === fifo) return;
    const reason = target
      ? 'Dead-letter queue must be same type of queue as the source.'
      : 'Dead letter target does not exist.';
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${JSON.stringify(redrive)} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
    );
  }
}

function refuseInvalidName(name: string, fifo: boolean): void {
  if ((fifo ? FIFO_NAME : STANDARD_NAME).test(name)) return;
  const ending = fifo ? ' must end with .fifo suffix' : '';
  throw new AwsError(
    'InvalidParameterValue',
    `The name of a ${fifo ? 'FIFO' : 'standard'} queue can only include alphanumeric characters, hyphens, or ` +
      `underscores,${ending} and be 1 to 80 in length; it is ${name}.`,
  );
}
