import { createHash } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { Refusal } from '../contract/outcomes';
import { type EndpointRoute, INTERVAL_MINUTES } from '../contract/routes';
import type { Invocation } from '../forge/claims';
import { asError } from '../values';
import type { ScheduleTrigger, Trigger } from '../worker/job';
import type { JobMessage } from '../worker/job-message';
import type { Body } from './event';

/** A proven call that may have work for the worker. */
export interface Call {
  readonly invocation: Invocation;
  readonly route: EndpointRoute;
  readonly path: string;
  readonly body: Body;
  readonly traceId: string | undefined;
  readonly nowMs: number;
}

/** Queues the job that a call fires. @returns whether it fires one */
export type Enqueue = (call: Call, signal: AbortSignal) => Promise<boolean>;

/** SQS drops a message whose deduplication id it has seen in the last 5 minutes (AWS's documentation of FIFO queues). */
const DEDUPLICATION_MINUTES = 5;

/**
 * Puts jobs into the worker's queue, one message each. An installation is a message group: its jobs run one after the
 * other, and those of other installations beside them.
 *
 * The returned function throws a {@link Refusal}: `queue-unavailable`, `event-malformed` or `event-too-large`.
 */
export function createEnqueue(client: Pick<SQSClient, 'send'>, queueUrl: string): Enqueue {
  return async function enqueue(call, signal) {
    const { invocation, traceId, route, path, body, nowMs } = call;
    const trigger = await triggerOf(route, invocation.moduleKey, body);
    if (trigger === undefined) return false;
    const firing = trigger.type === 'event' ? (await import('./event')).identityOf(trigger) : firingOf(trigger, nowMs);
    const { installationId, installation, environment } = invocation;
    const MessageBody = await formatJobMessage({
      installationId,
      environment,
      trigger,
      ...(traceId !== undefined && { traceId }),
    });
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody,
      MessageGroupId: installation,
      MessageDeduplicationId: deduplicationId(installation, path, firing),
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

/**
 * One id for all deliveries of one firing, so that Forge's duplicates and retries run the job once. Forge retries up to 4
 * times, 60 s apart, which is within SQS's 5 minutes.
 *
 * @param firing the same for all its deliveries: {@link firingOf} a schedule, or `identityOf` an event
 */
export const deduplicationId = (installation: string, path: string, firing: string): string =>
  createHash('sha256').update(`${installation} ${path} ${firing}`).digest('hex');

/**
 * A schedule's firing. With an interval of more than 5 minutes, all calls within 5 minutes are one firing. With
 * `fiveMinute` the next firing may come that soon, and must not be dropped, so the minute of the call counts as well:
 * duplicates within a minute run once, and a retry after a lost answer runs once more.
 */
export function firingOf({ key, interval }: ScheduleTrigger, nowMs: number): string {
  const isFrequent = INTERVAL_MINUTES[interval] <= DEDUPLICATION_MINUTES;
  return `${key} ${isFrequent ? Math.floor(nowMs / 60_000) : ''}`;
}

/**
 * The trigger that fired a call; `undefined` when the call only brings a token.
 *
 * The token names the trigger, or, by Atlassian's documentation, the endpoint: then the first schedule counts.
 *
 * @throws {Refusal} `event-malformed`
 */
export async function triggerOf(
  route: EndpointRoute,
  moduleKey: string | undefined,
  body: Body,
): Promise<Trigger | undefined> {
  const { schedules = {}, events, modules } = route;
  const [first] = Object.keys(schedules);
  const key = moduleKey !== undefined && Object.hasOwn(schedules, moduleKey) ? moduleKey : first;
  const schedule: ScheduleTrigger | undefined =
    key === undefined ? undefined : { type: 'schedule', key, interval: schedules[key] ?? 'hour' };
  const isKnown = moduleKey === undefined || modules?.includes(moduleKey) !== false;
  if (schedule && (key === moduleKey || (events === undefined && isKnown))) return schedule;
  // Only the body tells.
  const { readEvent } = await import('./event');
  const event = readEvent(route, moduleKey, body);
  return event === 'schedule' ? schedule : event;
}

/** The most that SQS takes as one message, in bytes (its documentation, since August 2025). */
export const MOST_MESSAGE_BYTES = 1_048_576;

/**
 * The message as SQS accepts it. Of an event that is too large, the first smaller form that fits.
 *
 * @throws {Refusal} `event-too-large`, when none fits
 */
export async function formatJobMessage(message: JobMessage): Promise<string> {
  const { trigger } = message;
  const text = toJson(message);
  if (fits(text) || trigger.type !== 'event') return text;
  const { smallerForms } = await import('./event');
  for (const smaller of smallerForms(trigger)) {
    const smallerText = toJson({ ...message, trigger: smaller });
    if (fits(smallerText)) return smallerText;
  }
  throw new Refusal('event-too-large', `over ${MOST_MESSAGE_BYTES} bytes, though compressed and without long texts`);
}

const fits = (text: string): boolean => Buffer.byteLength(text) <= MOST_MESSAGE_BYTES;

/** JSON escaped for SQS, which refuses these two characters. */
const toJson = (value: object): string =>
  JSON.stringify(value).replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
