import { gunzipSync } from 'node:zlib';
import { FORGE_ENVIRONMENTS, type ForgeEnvironment, INTERVAL_MINUTES, type Interval } from '../contract/routes';
import { installationUuid } from '../contract/slot';
import { isRecord } from '../values';
import type { Trigger } from './job';

/** One run of the job, in the queue. It has no token: the worker reads the slot when the job runs. */
export interface JobMessage {
  /** The installation's ARI. */
  readonly installationId: string;
  readonly environment: ForgeEnvironment;
  /** What fired. */
  readonly trigger: Trigger;
  /** Forge's trace id of the call: it leads from the receiver's log to the worker's. */
  readonly traceId?: string;
}

/** @throws {Error} when `body` is malformed: it ends in the dead-letter queue, for a person to check */
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

/** The parser's error would quote the text, which may be personal data. */
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
