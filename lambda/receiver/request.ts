import { isRecord } from '../record';
import type { Body } from './firing';

/** The parts that the receiver looks at of an event of a Function URL or an HTTP API: payload format 2.0 is theirs alike. */
export interface Request {
  readonly method: string;
  readonly path: string;
  /** As it came. Only what an event brings is read, by the job: nothing in it is signed. */
  readonly body: Body;
  readonly authorization: string | undefined;
  readonly systemToken: string | undefined;
  /** The id under which Forge's console shows this call. */
  readonly traceId: string | undefined;
  /** Size of all headers. */
  readonly headerBytes: number;
}

/** Reads an event of any shape; what it lacks is empty or `undefined`. */
export function readRequest(event: unknown): Request {
  const { requestContext, headers: given, rawPath, body, isBase64Encoded } = record(event);
  const { method } = record(record(requestContext).http);
  const headers = record(given);
  return {
    method: text(method) ?? '',
    path: text(rawPath) ?? '',
    body: { text: text(body) ?? '', isBase64: isBase64Encoded === true },
    authorization: text(headers.authorization),
    systemToken: text(headers['x-forge-oauth-system']) || undefined,
    traceId: text(headers['x-b3-traceid'])?.slice(0, 64),
    headerBytes: sizeOf(headers),
  };
}

/** As in HTTP/1.1: `name: value` and the end of the line. */
const sizeOf = (headers: Record<string, unknown>): number =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + (text(value)?.length ?? 0) + 4, 0);

const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
