/** A message of an installation, in the worker's queue. */
interface Message {
  readonly sentAt: number;
  receives: number;
  /** When it can be received: it is hidden after a run that failed. */
  visibleAt: number;
}

/** What became of the jobs in a minute. */
export interface Runs {
  readonly succeeded: number;
  readonly failed: number;
  /** Runs that ended without an answer: the worker crashed, or ran into its timeout. */
  readonly crashed: number;
  /** Messages that went to the dead-letter queue. */
  readonly givenUp: number;
}

/** What the worker does with a job. `absent`: nobody takes messages. */
export type Run = 'succeeds' | 'fails' | 'crashes' | 'absent';

/** For how long a message is hidden once a run has it, in minutes: 6 of the worker's timeouts, as lib/job-queue.ts says. */
const HIDDEN_MINUTES = 30;
/** Runs of a message, at the most: the default of `worker.maxAttempts`. */
const MOST_RECEIVES = 3;

/**
 * The worker's FIFO queue, with a message group for each installation: a message that fails holds back those behind it.
 * A run takes less than a minute.
 */
export class Jobs {
  private readonly groups = new Map<number, Message[]>();

  send(installation: number, minute: number): void {
    const message = { sentAt: minute, receives: 0, visibleAt: minute };
    const group = this.groups.get(installation);
    if (group) group.push(message);
    else this.groups.set(installation, [message]);
  }

  /** Runs what can run in this minute. */
  run(minute: number, runOf: (installation: number) => Run): Runs {
    let [succeeded, failed, crashed, givenUp] = [0, 0, 0, 0];
    for (const [installation, group] of this.groups) {
      const run = runOf(installation);
      for (let first = group[0]; run !== 'absent' && first && first.visibleAt <= minute; first = group[0]) {
        if (first.receives < MOST_RECEIVES && run !== 'succeeds') {
          first.receives++;
          first.visibleAt = minute + HIDDEN_MINUTES;
          if (run === 'fails') failed++;
          else crashed++;
          break;
        }
        // SQS moves a message when it would be received once more than is allowed.
        if (first.receives < MOST_RECEIVES) succeeded++;
        else givenUp++;
        group.shift();
      }
      if (group.length === 0) this.groups.delete(installation);
    }
    return { succeeded, failed, crashed, givenUp };
  }

  /** When the oldest message was sent; absent when there is none. */
  oldest(): number | undefined {
    let oldest: number | undefined;
    for (const [first] of this.groups.values()) {
      if (first && (oldest === undefined || first.sentAt < oldest)) oldest = first.sentAt;
    }
    return oldest;
  }

  /** Messages that are not with a run, nor hidden after one. */
  visible(minute: number): number {
    let count = 0;
    for (const group of this.groups.values()) count += group.filter(({ visibleAt }) => visibleAt <= minute).length;
    return count;
  }
}

/** The dead-letter queue, as SQS's metrics show it. */
export class DeadLetters {
  visible = 0;
  /** When the first message came: its age counts from then on (SQS's documentation). */
  oldestSentAt: number | undefined;
  /** When something was last done with the queue. */
  usedAt: number | undefined;

  add(messages: number, minute: number): void {
    if (messages === 0) return;
    this.visible += messages;
    this.oldestSentAt ??= minute;
    this.usedAt = minute;
  }
}
