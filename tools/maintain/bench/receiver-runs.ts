import { type Firing, type Fleet, startFleet } from '../test/support/fleet';
import { type ObservedFunction, startObserved } from './observed-function';
import { quantile, round } from './statistics';
import { newFirings, TRIGGER } from './triggers';

/** What the message to the worker adds to a call. Times are medians of the receiver's handler. */
export interface ReceiverFigures {
  /** Accepted calls of each receiver. */
  readonly calls: number;
  readonly withoutQueueMs: number;
  readonly withQueueMs: number;
  readonly addedMs: number;
  /** Of the receiver with a queue. */
  readonly sqsCallsPerAcceptedCall: number;
}

/**
 * Calls two receivers in turn, one with a queue and one without. Both are warm, and the tokens are those that they
 * know: then the call to SQS is the only one that is made, and nothing hides what it takes.
 *
 * @throws {Error} when a call is refused
 */
export async function measureReceiver(calls: number): Promise<ReceiverFigures> {
  const fleet = await startFleet({ triggers: [TRIGGER] });
  const { aws, environment, credentials } = fleet;
  const as = (part: 'receiver' | 'worker') => ({ awsEndpointUrl: aws.url, credentials: credentials[part] });
  const busy = await startObserved('receiver', { environment: environment.receiver, ...as('receiver') });
  const idle = await startObserved('receiver', { environment: environment.idleReceiver, ...as('receiver') });
  try {
    const firings = await newFirings(fleet, calls);
    for (const firing of firings) {
      for (const receiver of [busy, idle]) await call(receiver, fleet, firing);
    }

    const sqsCalls = () => aws.calls.filter((name) => name.startsWith('sqs.')).length;
    const sqsCallsBefore = sqsCalls();
    const withQueue: number[] = [];
    const withoutQueue: number[] = [];
    for (const firing of firings) {
      withQueue.push(await call(busy, fleet, firing));
      withoutQueue.push(await call(idle, fleet, firing));
    }
    const [withQueueMs, withoutQueueMs] = [quantile(withQueue, 0.5), quantile(withoutQueue, 0.5)];
    return {
      calls,
      withoutQueueMs: round(withoutQueueMs),
      withQueueMs: round(withQueueMs),
      addedMs: round(withQueueMs - withoutQueueMs),
      sqsCallsPerAcceptedCall: (sqsCalls() - sqsCallsBefore) / calls,
    };
  } finally {
    await Promise.all([busy.stop(), idle.stop()]);
    await fleet.stop();
  }
}

/** @returns what the call took inside of the receiver, in milliseconds */
async function call(receiver: ObservedFunction, fleet: Fleet, firing: Firing): Promise<number> {
  const { result, durationMs } = await receiver.invoke(await fleet.event(firing));
  const { statusCode, body } = result as { statusCode: number; body: string };
  if (statusCode !== 200) throw new Error(`The receiver answered ${statusCode} ${body}; expected: 200.`);
  return durationMs;
}
