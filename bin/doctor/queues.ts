import type { QueueDepth } from './aws';
import { nothing, type Outcome, ok, wrong } from './finding';
import { count } from './time';

const OFF = nothing('off: the stage has no worker');

/** Every job that was given up has been looked at. */
export function deadLettersOutcome(depth: QueueDepth | undefined): Outcome {
  if (!depth) return OFF;
  const total = depth.waiting + depth.inWork;
  if (total === 0) return ok('none: no job was given up');
  return wrong(`${count(total, 'message')}: jobs that failed as often as worker.maxAttempts allows`, [
    "Mend what the ERROR lines of the worker's log say. Then \"Start DLQ redrive\" in SQS's console, with the worker's " +
      'queue as the custom destination, sends them back; after 14 days they are gone.',
  ]);
}

/** How much work waits. That says nothing of health: a queue may be long for good reasons. */
export function queueOutcome(depth: QueueDepth | undefined): Outcome {
  return depth ? ok(`${count(depth.waiting, 'message')} waiting, ${depth.inWork} in work`) : OFF;
}
