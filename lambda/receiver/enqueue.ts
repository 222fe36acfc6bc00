import { createHash } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { EndpointRoute } from '../contract/routes';
import type { Invocation } from '../forge/invocation';
import { Refusal } from '../refusal';
import { asError } from '../thrown';
import { formatJobMessage } from '../worker/job-message';

/** A job for the worker: who fired it, and by which route. */
export interface Job {
  readonly invocation: Invocation;
  readonly route: EndpointRoute;
  readonly path: string;
  readonly traceId: string | undefined;
  readonly nowMs: number;
}

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
 * Puts jobs into the worker's queue, one call each. Runs of one installation follow each other, since it is their
 * message group; installations run side by side.
 */
export function createEnqueue(client: SQSClient, queueUrl: string) {
  /** @throws {Refusal} `queue-unavailable` */
  return async function enqueue(job: Job, signal: AbortSignal): Promise<void> {
    const { invocation, traceId } = job;
    const { installationId, installation, environment, moduleKey } = invocation;
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: formatJobMessage({
        installationId,
        environment,
        ...(moduleKey !== undefined && { moduleKey }),
        ...(traceId !== undefined && { traceId }),
      }),
      MessageGroupId: installation,
      MessageDeduplicationId: deduplicationId(job),
    });
    try {
      await client.send(command, { abortSignal: signal });
    } catch (thrown) {
      const { name, message } = asError(thrown);
      throw new Refusal('queue-unavailable', `${name}: ${message}`, { cause: thrown });
    }
  };
}

/**
 * One id for all deliveries of one firing, so that Forge's duplicates and retries run the job once.
 *
 * Forge tries again up to 4 times, 60 s apart, which is within SQS's 5 minutes. So for every interval that is longer,
 * the installation and the route are enough: whatever comes again within 5 minutes is the same firing. With
 * `fiveMinute` the next firing is as near as that, and must not be dropped: there, the minute of the call is part of
 * the id. Duplicates within that minute run once; a retry after an answer that was lost runs once more.
 */
export function deduplicationId({ invocation, path, route, nowMs }: Omit<Job, 'traceId'>): string {
  const isFrequent = (route.everyMinutes ?? Number.POSITIVE_INFINITY) <= DEDUPLICATION_MINUTES;
  const minute = isFrequent ? Math.floor(nowMs / 60_000) : '';
  return createHash('sha256').update(`${invocation.installation} ${path} ${minute}`).digest('hex');
}
