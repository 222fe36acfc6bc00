import { createHash } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type EndpointRoute, INTERVAL_MINUTES } from '../contract/routes';
import type { Invocation } from '../forge/invocation';
import { Refusal } from '../refusal';
import { asError } from '../thrown';
import type { Trigger } from '../worker/job';
import { formatJobMessage } from '../worker/job-message';
import { type Body, identityOf, whatFired } from './firing';

/** A proven call that may have work for the worker. */
export interface Call {
  readonly invocation: Invocation;
  readonly route: EndpointRoute;
  readonly path: string;
  readonly body: Body;
  readonly traceId: string | undefined;
  readonly nowMs: number;
}

/** Queues what a call fired. @returns whether it fired the job */
export type Enqueue = (call: Call, signal: AbortSignal) => Promise<boolean>;

/** SQS drops a message whose deduplication id it has seen in the last 5 minutes (AWS's documentation of FIFO queues). */
const DEDUPLICATION_MINUTES = 5;

/** Time for one try, in milliseconds: a call that hangs is tried again while Forge still listens. */
const TRY_MS = 1_000;

/** A client for the receiver. */
export function createSqsClient(): SQSClient {
  return new SQSClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: TRY_MS, requestTimeout: TRY_MS, throwOnRequestTimeout: true },
  });
}

/**
 * Puts jobs into the worker's queue, one message each. Runs of one installation follow each other, since it is their
 * message group; installations run side by side.
 *
 * The returned function throws a {@link Refusal}: `queue-unavailable`, `event-malformed` or `event-too-large`.
 */
export function createEnqueue(client: Pick<SQSClient, 'send'>, queueUrl: string): Enqueue {
  return async function enqueue(call, signal) {
    const { invocation, traceId, route, path, body, nowMs } = call;
    const trigger = whatFired(route, invocation.moduleKey, body);
    if (trigger === undefined) return false;
    const { installationId, installation, environment } = invocation;
    const MessageBody = formatJobMessage({
      installationId,
      environment,
      trigger,
      ...(traceId !== undefined && { traceId }),
    });
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody,
      MessageGroupId: installation,
      MessageDeduplicationId: deduplicationId({ installation, path, trigger, nowMs }),
    });
    try {
      await client.send(command, { abortSignal: signal });
    } catch (thrown) {
      const { name, message } = asError(thrown);
      throw new Refusal('queue-unavailable', `${name}: ${message}`, { cause: thrown });
    }
    return true;
  };
}

/** One firing of a trigger, for one installation. */
export interface Firing {
  /** The installation's uuid. */
  readonly installation: string;
  readonly path: string;
  readonly trigger: Trigger;
  readonly nowMs: number;
}

/**
 * One id for all deliveries of one firing, so that Forge's duplicates and retries run the job once. Forge tries again
 * up to 4 times, 60 s apart, which is within SQS's 5 minutes.
 *
 * An event is known by what is in it. A schedule is known by its key, when its interval is longer than the 5 minutes:
 * whatever comes again within them is the same firing. With `fiveMinute` the next firing is as near as that, and must
 * not be dropped. There, the minute of the call is part of the id: duplicates within that minute run once, and a retry
 * after an answer that was lost runs once more.
 */
export function deduplicationId({ installation, path, trigger, nowMs }: Firing): string {
  return createHash('sha256')
    .update(`${installation} ${path} ${firingOf(trigger, nowMs)}`)
    .digest('hex');
}

function firingOf(trigger: Trigger, nowMs: number): string {
  if (trigger.type === 'event') return identityOf(trigger);
  const isFrequent = INTERVAL_MINUTES[trigger.interval] <= DEDUPLICATION_MINUTES;
  return `${trigger.key} ${isFrequent ? Math.floor(nowMs / 60_000) : ''}`;
}
