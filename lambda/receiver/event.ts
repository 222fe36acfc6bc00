import { gzipSync } from 'node:zlib';
import { Refusal } from '../contract/outcomes';
import type { EndpointRoute, LifecycleEvent } from '../contract/routes';
import { isRecord, quote } from '../values';
import type { EventTrigger } from '../worker/job';

// Everything about events. Scheduled calls don't load this file.

/** A body as it came, unsigned. */
export interface Body {
  readonly text: string;
  readonly isBase64: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The event that a call brings. The token names the trigger, or, by Atlassian's documentation, the endpoint: then the
 * event's name tells the trigger, the first of several.
 *
 * @returns `schedule` when the call brings no event; `undefined` when the job has no work for the event
 * @throws {Refusal} `event-malformed`
 */
export function readEvent(
  route: EndpointRoute,
  moduleKey: string | undefined,
  body: Body,
): EventTrigger | 'schedule' | undefined {
  const { schedules = {}, events = {}, seedOnly = [] } = route;
  const hasSchedule = Object.keys(schedules).length > 0;
  const eventKeys = Object.keys(events);
  if (eventKeys.length === 0 || (!hasSchedule && eventKeys.every((key) => seedOnly.includes(key)))) {
    refuseUnknownTrigger(route, moduleKey, body);
    return 'schedule';
  }
  const named = eventKeys.find((key) => key === moduleKey);
  if (named !== undefined && seedOnly.includes(named)) return undefined;
  if (named === undefined && hasSchedule && body.text === '') return 'schedule';
  const fields = parseBody(body);
  const name = eventName(fields);
  // A schedule's body names no event.
  if (named === undefined && name === undefined && hasSchedule) return 'schedule';
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
 * A trigger in manifest.yml that is not deployed yet has no job. Its event is refused, so that Forge and the log see a
 * failure: answered with 200, it would be lost without a trace.
 */
function refuseUnknownTrigger({ modules }: EndpointRoute, moduleKey: string | undefined, body: Body): void {
  if (moduleKey === undefined || modules?.includes(moduleKey) !== false) return;
  let name: string | undefined;
  try {
    name = eventName(parseBody(body));
  } catch {
    // A schedule's body may be anything.
  }
  if (name === undefined || Object.hasOwn(LIFECYCLE_FIELDS, name)) return;
  throw new Refusal('event-malformed', `${quote(name)} of ${quote(moduleKey)}, a trigger that is not deployed yet`);
}

/** The trigger for the event `name`. Without a name, the only trigger. */
function keyOfEvent(events: NonNullable<EndpointRoute['events']>, name: string | undefined): string | undefined {
  const keys = Object.keys(events);
  if (name === undefined) return keys.length === 1 ? keys[0] : undefined;
  return keys.find((key) => events[key]?.includes(name));
}

/** Atlassian's documentation shows the event's fields at the top and under `payload`. */
const placesOf = (body: Fields): Fields[] => [body, ...(isRecord(body.payload) ? [body.payload] : [])];

/** The field by which each life-cycle event is known: their documented bodies don't name the event. */
const LIFECYCLE_FIELDS: Readonly<Record<LifecycleEvent, string>> = {
  'avi:forge:installed:app': 'installerAccountId',
  'avi:forge:upgraded:app': 'upgraderAccountId',
};

function eventName(body: Fields): string | undefined {
  for (const fields of placesOf(body)) {
    if (typeof fields.eventType === 'string' && fields.eventType !== '') return fields.eventType;
    const lifecycle = Object.entries(LIFECYCLE_FIELDS).find(([, field]) => fields[field] !== undefined);
    if (lifecycle) return lifecycle[0];
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
 * The same text for all deliveries of one event: its body with sorted fields, and without `retryContext`, which a retry
 * adds.
 */
export function identityOf({ key, name, body }: EventTrigger): string {
  const { retryContext: _, ...rest } = body;
  const payload = isRecord(rest.payload) ? withoutRetry(rest.payload) : rest.payload;
  return JSON.stringify([key, name, { ...rest, ...(payload !== undefined && { payload }) }], sortFields);
}

const withoutRetry = ({ retryContext: _, ...rest }: Record<string, unknown>) => rest;

const sortFields = (_name: string, value: unknown): unknown =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;

/** Parser errors stay out of the log, because they quote what users wrote. */
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

/** Far more than Atlassian's events have. Recursive functions call themselves once a level. */
const MOST_LEVELS = 100;

const isDeeper = (value: unknown, levelsLeft: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levelsLeft === 0 || Object.values(value).some((item) => isDeeper(item, levelsLeft - 1)));

/** Strict: `Buffer` alone ignores what is not base64 or UTF-8. */
function decodeBase64(text: string): string {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new Error('not base64');
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** Longer texts are cut to this length in an event that is too large even when compressed. */
export const LONG_TEXT_CHARACTERS = 2_000;

/**
 * Smaller forms of an event: compressed; then also with its long texts shortened. The job still gets the event and its
 * ids, and can read the rest from Atlassian.
 */
export function* smallerForms(trigger: EventTrigger): Generator<object> {
  yield zip(trigger);
  const shortened: string[] = [];
  const body = shorten(trigger.body, '', shortened) as EventTrigger['body'];
  yield zip({ ...trigger, body, shortened });
}

const zip = ({ body, ...trigger }: EventTrigger) => ({
  ...trigger,
  zippedBody: gzipSync(JSON.stringify(body)).toString('base64'),
});

/** @param shortened collects the places of shortened texts */
function shorten(value: unknown, place: string, shortened: string[]): unknown {
  const inside = (name: string | number) => (place === '' ? String(name) : `${place}.${name}`);
  if (typeof value === 'string' && value.length > LONG_TEXT_CHARACTERS) {
    shortened.push(place);
    return value.slice(0, LONG_TEXT_CHARACTERS);
  }
  if (Array.isArray(value)) return value.map((item, index) => shorten(item, inside(index), shortened));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shorten(item, inside(key), shortened)]));
}
