import { gunzipSync, gzipSync } from 'node:zlib';
import { Refusal } from '../contract/outcomes';
import { FORGE_ENVIRONMENTS, type ForgeEnvironment, INTERVAL_MINUTES, type Interval } from '../contract/routes';
import { installationUuid } from '../contract/slot';
import { isRecord } from '../values';
import type { EventTrigger, Trigger } from './job';

/** One run of the job, as it waits in the queue. It holds no token: the worker reads the slot when its turn comes. */
export interface JobMessage {
  /** The installation's ARI. */
  readonly installationId: string;
  readonly environment: ForgeEnvironment;
  /** What fired. */
  readonly trigger: Trigger;
  /** Forge's trace id of the call: it leads from the receiver's log to the worker's. */
  readonly traceId?: string;
}

/** The most that SQS takes as one message, in bytes (its documentation, since August 2025). */
export const MOST_MESSAGE_BYTES = 1_048_576;

/** Texts longer than this are shortened, to this length, in an event that is too large even when it is compressed. */
export const LONG_TEXT_CHARACTERS = 2_000;

/**
 * The message as SQS takes it. An event that is too large is compressed, and when that isn't enough, its long texts
 * are shortened as well: the job learns of the event and of the ids in it, and can read the rest from Atlassian.
 *
 * @throws {Refusal} `event-too-large`, when even that isn't enough
 */
export function formatJobMessage(message: JobMessage): string {
  const plain = toJson(message);
  if (fits(plain)) return plain;
  const { trigger } = message;
  if (trigger.type !== 'event') return plain;
  const zipped = toJson({ ...message, trigger: zip(trigger) });
  if (fits(zipped)) return zipped;
  const shortened: string[] = [];
  const body = shorten(trigger.body, '', shortened) as EventTrigger['body'];
  const short = toJson({ ...message, trigger: zip({ ...trigger, body, shortened }) });
  if (fits(short)) return short;
  throw new Refusal('event-too-large', `over ${MOST_MESSAGE_BYTES} bytes, though compressed and without long texts`);
}

const fits = (text: string): boolean => Buffer.byteLength(text) <= MOST_MESSAGE_BYTES;

/** JSON of the characters that SQS takes: it refuses these two, and JSON leaves them as they are. */
const toJson = (value: object): string =>
  JSON.stringify(value).replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);

const zip = ({ body, ...trigger }: EventTrigger) => ({
  ...trigger,
  zippedBody: gzipSync(JSON.stringify(body)).toString('base64'),
});

/** @param shortened gets the place of each text that was shortened */
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

/** @throws {Error} when `body` is no such message: it ends in the dead-letter queue, for somebody to look at */
export function parseJobMessage(body: string): JobMessage {
  const value = parseObject(body, 'The message');
  const { installationId, traceId } = value;
  const environment = FORGE_ENVIRONMENTS.find((known) => known === value.environment);
  if (typeof installationId !== 'string' || !installationUuid(installationId)) {
    throw new Error("The message has no installationId that is an installation's ARI.");
  }
  if (!environment) throw new Error(`The message's environment is not one of ${FORGE_ENVIRONMENTS.join(', ')}.`);
  return {
    installationId,
    environment,
    trigger: parseTrigger(value.trigger),
    ...(typeof traceId === 'string' && { traceId }),
  };
}

function parseTrigger(value: unknown): Trigger {
  const { type, key, interval, name, body, zippedBody, retry, shortened } = isRecord(value) ? value : {};
  if (typeof key !== 'string') throw new Error('The message does not say which trigger fired.');
  if (type === 'schedule' && typeof interval === 'string' && Object.hasOwn(INTERVAL_MINUTES, interval)) {
    return { type, key, interval: interval as Interval };
  }
  if (type !== 'event' || typeof name !== 'string') {
    throw new Error('The message has no trigger that is a schedule with an interval, or an event with a name.');
  }
  return {
    type,
    key,
    name,
    body: typeof zippedBody === 'string' ? unzip(zippedBody) : requireObject(body, "The event's body"),
    ...(isRecord(retry) && { retry: { count: Number(retry.count), reason: String(retry.reason) } }),
    ...(Array.isArray(shortened) && { shortened: shortened.map(String) }),
  };
}

function unzip(zipped: string): Record<string, unknown> {
  let text: string;
  try {
    text = gunzipSync(Buffer.from(zipped, 'base64')).toString();
  } catch {
    throw new Error(
      "The event's body is not compressed as the receiver does it. Only the receiver writes to this queue.",
    );
  }
  return parseObject(text, "The event's body");
}

/** The parser's own error would quote the text, which may be personal data. */
function parseObject(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${what} is not JSON. Only the receiver writes to this queue.`);
  }
  return requireObject(value, what);
}

function requireObject(value: unknown, what: string): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw new Error(`${what} is not a JSON object. Only the receiver writes to this queue.`);
}
