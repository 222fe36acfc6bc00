import type { Message } from './queue-message';

/** How long SQS remembers a deduplication id (AWS's documentation of FIFO queues). */
const INTERVAL_MS = 5 * 60 * 1000;

/** What a FIFO queue was sent in the last five minutes. A message is remembered also when it is deleted meanwhile. */
export class Deduplication {
  readonly #clock: () => number;
  /** Oldest first. */
  readonly #sent = new Map<string, Message>();

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** The message that was sent under this key, if it still counts. */
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
