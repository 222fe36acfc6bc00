import type { ConcurrencyLimit, QueueDepth } from './aws';
import { nothing, type Outcome, ok, wrong } from './finding';
import { count } from './time';

const OFF = nothing('off: the stage has no worker');

/** Checks that there are no jobs that were given up. */
export function deadLettersOutcome(depth: QueueDepth | undefined): Outcome {
  if (!depth) return OFF;
  const total = depth.waiting + depth.inWork;
  if (total === 0) return ok('none: no job was given up');
  return wrong(`${count(total, 'message')}: jobs that failed as often as worker.maxAttempts allows`, [
    'Fix what the ERROR lines of the worker\'s log name. Then send the messages back with "Start DLQ redrive" in the console ' +
      "of SQS, to the worker's queue as the custom destination. SQS deletes them after 14 days.",
  ]);
}

/** Shows how many jobs wait. It is never wrong, because a queue may be long for good reasons. */
export function queueOutcome(depth: QueueDepth | undefined): Outcome {
  return depth ? ok(`${count(depth.waiting, 'message')} waiting, ${depth.inWork} in progress`) : OFF;
}

/** The default limit of an AWS account. Smaller accounts can get it free of charge. */
const DEFAULT_LIMIT = 1_000;

/** Executions that AWS keeps unreserved. Only an account with more can reserve some for the receiver. */
const UNRESERVABLE = 100;

/** Checks that other functions of the account can't easily leave the receiver without executions. */
export function concurrencyOutcome({ total, unreserved }: ConcurrencyLimit): Outcome {
  const summary = `${total} simultaneous executions in this account and region, ${unreserved} of them for any function`;
  if (total > UNRESERVABLE) return ok(summary);
  return wrong(`${summary}: a flood of calls, or other functions, can leave none for the receiver`, [
    `Request ${DEFAULT_LIMIT}: Service Quotas, AWS Lambda, "Concurrent executions". It costs nothing.`,
    'Until then, keep worker.concurrency in config.ts low: the receiver gets what the worker leaves.',
  ]);
}
