import { createHash } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Refusal } from '../contract/outcomes';
import { type EndpointRoute, INTERVAL_MINUTES, isLifecycleEvent } from '../contract/routes';
import type { Invocation } from '../forge/claims';
import { asError, isRecord, quote } from '../values';
import type { EventTrigger, Trigger } from '../worker/job';
import { formatJobMessage } from '../worker/job-message';

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

/** A body as it came. The invocation token doesn't sign it. */
export interface Body {
  readonly text: string;
  readonly isBase64: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What fired a call, for the job. `undefined` where the call only brings a token.
 *
 * The token names the trigger, or, by Atlassian's documentation, the endpoint: then the event's name tells which trigger
 * it is, and of two schedules, or of two triggers of one event, it is the first.
 *
 * @throws {Refusal} `event-malformed`
 */
export function whatFired(route: EndpointRoute, moduleKey: string | undefined, body: Body): Trigger | undefined {
  const { schedules = {}, events = {}, seedOnly = [] } = route;
  const [firstSchedule] = Object.keys(schedules);
  const eventKeys = Object.keys(events);
  if (moduleKey !== undefined && Object.hasOwn(schedules, moduleKey)) return schedule(schedules, moduleKey);
  if (firstSchedule === undefined && eventKeys.every((key) => seedOnly.includes(key))) {
    refuseUnknownTrigger(route, moduleKey, body);
    return undefined;
  }
  if (firstSchedule !== undefined && eventKeys.length === 0) {
    refuseUnknownTrigger(route, moduleKey, body);
    return schedule(schedules, firstSchedule);
  }

  const named = eventKeys.find((key) => key === moduleKey);
  if (named !== undefined && seedOnly.includes(named)) return undefined;
  if (named === undefined && firstSchedule !== undefined && body.text === '') return schedule(schedules, firstSchedule);
  const fields = parseBody(body);
  const name = eventName(fields);
  // A schedule's body names no event.
  if (named === undefined && name === undefined && firstSchedule !== undefined) {
    return schedule(schedules, firstSchedule);
  }
  const key = named ?? keyOfEvent(events, name);
  if (key === undefined) {
    throw new Refusal('event-malformed', `${quote(name)} is no event of the triggers ${eventKeys.join(', ')}`);
  }
  if (seedOnly.includes(key)) return undefined;
  const [only, ...others] = events[key] ?? [];
  const known = name ?? (others.length === 0 ? only : undefined);
  if (known === undefined) throw new Refusal('event-malformed', `the body of trigger ${key} names no event`);
  return { type: 'event', key, name: known, body: fields, ...retryOf(fields) };
}

/**
 * An event of a trigger that is in manifest.yml and not in this deployment has no work yet. It is refused, so that Forge
 * hears of a failure and the log shows it: answered with 200, it would be lost without a trace.
 */
function refuseUnknownTrigger({ modules }: EndpointRoute, moduleKey: string | undefined, body: Body): void {
  if (moduleKey === undefined || modules?.includes(moduleKey) !== false) return;
  let name: string | undefined;
  try {
    name = eventName(parseBody(body));
  } catch {
    // No event: a schedule's body may be anything.
  }
  if (name === undefined || isLifecycleEvent(name)) return;
  throw new Refusal('event-malformed', `${quote(name)} of ${quote(moduleKey)}, a trigger that is not deployed yet`);
}

const schedule = (schedules: NonNullable<EndpointRoute['schedules']>, key: string): Trigger => ({
  type: 'schedule',
  key,
  interval: schedules[key] ?? 'hour',
});

/** The trigger that waits for the event called `name`; the only trigger, where the body doesn't say. */
function keyOfEvent(events: NonNullable<EndpointRoute['events']>, name: string | undefined): string | undefined {
  const keys = Object.keys(events);
  if (name === undefined) return keys.length === 1 ? keys[0] : undefined;
  return keys.find((key) => events[key]?.includes(name));
}

/** The event's fields stand at the top, or under `payload`: Atlassian's documentation shows both. */
const placesOf = (body: Fields): Fields[] => [body, ...(isRecord(body.payload) ? [body.payload] : [])];

function eventName(body: Fields): string | undefined {
  for (const fields of placesOf(body)) {
    if (typeof fields.eventType === 'string' && fields.eventType !== '') return fields.eventType;
    // What is documented of life-cycle events doesn't name them.
    if (fields.installerAccountId !== undefined) return 'avi:forge:installed:app';
    if (fields.upgraderAccountId !== undefined) return 'avi:forge:upgraded:app';
  }
  return undefined;
}

function retryOf(body: Fields): Pick<EventTrigger, 'retry'> {
  for (const { retryContext } of placesOf(body)) {
    if (!isRecord(retryContext)) continue;
    const { retryCount, retryReason } = retryContext;
    return { retry: { count: Number(retryCount) || 0, reason: typeof retryReason === 'string' ? retryReason : '' } };
  }
  return {};
}

/**
 * What all deliveries of one event have in common, as text: the body without `retryContext`, which a retry adds, and
 * with its fields in a fixed order.
 */
export function identityOf({ key, name, body }: EventTrigger): string {
  const { retryContext: _, ...rest } = body;
  const payload = isRecord(rest.payload) ? withoutRetry(rest.payload) : rest.payload;
  return JSON.stringify([key, name, { ...rest, ...(payload !== undefined && { payload }) }], sortFields);
}

const withoutRetry = ({ retryContext: _, ...rest }: Record<string, unknown>) => rest;

const sortFields = (_name: string, value: unknown): unknown =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;

/** The parser's errors stay out of the log: they quote what users wrote. */
function parseBody({ text, isBase64 }: Body): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(isBase64 ? decodeBase64(text) : text);
  } catch {
    throw new Refusal('event-malformed', `the body is not JSON${isBase64 ? ' in base64' : ''}`);
  }
  if (!isRecord(value)) throw new Refusal('event-malformed', 'the body is not a JSON object');
  if (isDeeper(value, MOST_LEVELS)) {
    throw new Refusal('event-malformed', `the body is nested more than ${MOST_LEVELS} levels deep`);
  }
  return value;
}

/** Far more than any event of Atlassian's has. Whatever works through a body calls itself once a level. */
const MOST_LEVELS = 100;

const isDeeper = (value: unknown, levelsLeft: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levelsLeft === 0 || Object.values(value).some((item) => isDeeper(item, levelsLeft - 1)));

/** `Buffer` passes over whatever is no base64 and no UTF-8. */
function decodeBase64(text: string): string {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new Error('not base64');
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}
