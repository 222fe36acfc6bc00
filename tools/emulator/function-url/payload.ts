import { randomUUID } from 'node:crypto';
import type { LambdaFunctionURLEvent } from 'aws-lambda';

/** An HTTP request with its whole body. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, as received. */
  readonly url: string;
  /** Such as `1.1`. */
  readonly httpVersion: string;
  /** Alternating names and values, as received. A header may occur several times. */
  readonly rawHeaders: readonly string[];
  readonly sourceIp: string;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  /** Headers with lower-case names. Only `set-cookie` may have several values. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Uint8Array;
}

/** Has the format of AWS's ids, and reads as a fake. */
const URL_ID = 'localfunctionurl';
const DOMAIN_NAME = `${URL_ID}.lambda-url.us-east-1.on.aws`;

/** Content types whose body is passed as text. Others are passed in base64. */
const TEXT = /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded)\b|application\/[^;]+\+(json|xml))/i;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The event for a request to a Function URL: payload format 2.0, with auth type NONE.
 *
 * @param nowMs milliseconds since 1970
 */
export function toEvent(request: HttpRequest, nowMs: number): LambdaFunctionURLEvent {
  // Unlike HTTP APIs, Function URLs leave the path percent-encoded.
  const [rawPath = '/', ...queryParts] = request.url.split('?');
  const rawQueryString = queryParts.join('?');
  const { headers, cookies } = readHeaders(request.rawHeaders);
  const query = joined([...new URLSearchParams(rawQueryString)]);
  const isBase64Encoded = request.body.length > 0 && !TEXT.test(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers: { ...headers, ...proxyHeaders(request.sourceIp, nowMs) },
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: 'anonymous',
      apiId: URL_ID,
      domainName: DOMAIN_NAME,
      domainPrefix: URL_ID,
      http: {
        method: request.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: logTime(new Date(nowMs)),
      timeEpoch: nowMs,
    },
    ...(request.body.length > 0 && { body: Buffer.from(request.body).toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/**
 * The HTTP response for a function's result. A result without `statusCode` is the body of a 200.
 *
 * @returns `undefined` for a malformed result, which AWS answers with 502
 */
export function toResponse(result: unknown): HttpResponse | undefined {
  if (!isObject(result) || !('statusCode' in result)) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(result ?? null) };
  }
  const { statusCode, headers = {}, cookies, body, isBase64Encoded } = result;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599 || !isObject(headers)) return undefined;
  const lowerCased = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...Object.fromEntries(lowerCased),
      ...(Array.isArray(cookies) && cookies.length > 0 && { 'set-cookie': cookies.map(String) }),
    },
    body: isBase64Encoded === true ? Buffer.from(String(body ?? ''), 'base64') : asText(body),
  };
}

function readHeaders(rawHeaders: readonly string[]): { headers: Record<string, string>; cookies: string[] } {
  const pairs: [string, string][] = [];
  const cookies: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]).toLowerCase();
    const value = String(rawHeaders[index + 1]);
    if (name === 'cookie') cookies.push(...value.split(/;\s*/));
    else pairs.push([name, value]);
  }
  return { headers: joined(pairs), cookies };
}

/** One value for each name. Several values are joined by commas. */
function joined(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

/** Headers that AWS's front end sets. They override the caller's. */
function proxyHeaders(sourceIp: string, nowMs: number): Record<string, string> {
  const seconds = Math.floor(nowMs / 1000).toString(16);
  return {
    host: DOMAIN_NAME,
    'x-amzn-trace-id': `Root=1-${seconds.padStart(8, '0')}-${randomUUID().replaceAll('-', '').slice(0, 24)}`,
    'x-forwarded-for': sourceIp,
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  };
}

/** A time in the common log format, as AWS writes it: `12/Mar/2020:19:03:58 +0000`. */
function logTime(date: Date): string {
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(date.toISOString()) ?? [];
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
}

function asText(body: unknown): string {
  if (body === undefined || body === null) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
