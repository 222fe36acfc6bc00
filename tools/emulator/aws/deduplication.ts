import type { Message } from './queue-message';

/** SQS's deduplication interval (AWS's documentation of FIFO queues). */
const INTERVAL_MS = 5 * 60 * 1000;

/** The messages that a FIFO queue got in the last five minutes, deleted ones included. */
export class Deduplication {
  readonly #clock: () => number;
  /** Oldest first. */
  readonly #sent = new Map<string, Message>();

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** The message sent under this key within the interval. */
  find(key: string): Message | undefined {
    const forgetBefore = this.#clock() - INTERVAL_MS;
    for (const [sentKey, { sentAtMs }] of this.#sent) {
      if (sentAtMs > forgetBefore) break;
      this.#sent.delete(sentKey);
    }
    return this.#sent.get(key);
  }

  remember(key: string, message: Message): void {
    this.#sent.set(key, message);
  }
}
