import type { Queue } from '../../../emulator/aws/queue';
import type { QueueSettings } from '../../../emulator/aws/queue-settings';
import type { QueueStore } from '../../../emulator/aws/queue-store';

/** The worker's queue and its dead-letter queue. */
export interface JobQueues {
  readonly queue: Queue;
  readonly deadLetters: Queue;
}

/** Tries of a job that fails: the default of `worker.maxAttempts` in config.ts. */
export const MAX_ATTEMPTS = 3;

/** Time until a message that failed comes back: six times the default of `worker.timeoutMinutes`. */
export const VISIBILITY_MS = 6 * 5 * 60_000;

/** Queues that are set up as lib/job-queue.ts does. */
export function createJobQueues(queues: QueueStore): JobQueues {
  const settings: QueueSettings = {
    fifo: true,
    contentBasedDeduplication: false,
    deduplicationScope: 'messageGroup',
    visibilityTimeoutSeconds: VISIBILITY_MS / 1000,
    redrive: undefined,
  };
  const deadLetters = queues.put('dead.fifo', settings);
  const redrive = { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: MAX_ATTEMPTS + 10 };
  return { deadLetters, queue: queues.put('jobs.fifo', { ...settings, redrive }) };
}
