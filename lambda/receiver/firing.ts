import type { EndpointRoute } from '../contract/routes';
import { isRecord } from '../record';
import { quote, Refusal } from '../refusal';
import type { EventTrigger, Trigger } from '../worker/job';

/** A body as it came. The invocation token doesn't sign it. */
export interface Body {
  readonly text: string;
  readonly isBase64: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What fired a call, for the job. `undefined` where the call only brings a token.
 *
 * The token names the trigger, or, by Atlassian's documentation, the endpoint: then the route has one trigger only, or
 * the event's name tells which.
 *
 * @throws {Refusal} `event-malformed`
 */
export function whatFired(route: EndpointRoute, moduleKey: string | undefined, body: Body): Trigger | undefined {
  const { schedules = {}, events = {}, seedOnly = [] } = route;
  const [firstSchedule] = Object.keys(schedules);
  const eventKeys = Object.keys(events);
  if (moduleKey !== undefined && Object.hasOwn(schedules, moduleKey)) return schedule(schedules, moduleKey);
  if (firstSchedule === undefined && eventKeys.every((key) => seedOnly.includes(key))) return undefined;
  if (firstSchedule !== undefined && eventKeys.length === 0) return schedule(schedules, firstSchedule);

  const named = eventKeys.find((key) => key === moduleKey);
  if (named !== undefined && seedOnly.includes(named)) return undefined;
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
  if (isRecord(value)) return value;
  throw new Refusal('event-malformed', 'the body is not a JSON object');
}

/** `Buffer` passes over whatever is no base64 and no UTF-8. */
function decodeBase64(text: string): string {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new Error('not base64');
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}
