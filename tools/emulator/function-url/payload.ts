import { randomUUID } from 'node:crypto';
import type { LambdaFunctionURLEvent } from 'aws-lambda';

/** An HTTP request that was read to its end. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly url: string;
  /** Such as `1.1`. */
  readonly httpVersion: string;
  /** Names and values in turn, as they came: one header may be there several times. */
  readonly rawHeaders: readonly string[];
  readonly sourceIp: string;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-cased names. Several values only for `set-cookie`. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Uint8Array;
}

/** Looks like the id that AWS makes, and says that it is not one. */
const URL_ID = 'localfunctionurl';
const DOMAIN_NAME = `${URL_ID}.lambda-url.us-east-1.on.aws`;

/** Content types whose body reaches the function as text. Any other is passed in base64. */
const TEXT = /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded)\b|application\/[^;]+\+(json|xml))/i;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The event that Lambda makes of a request to a Function URL: payload format 2.0, with auth type NONE.
 *
 * @param nowMs milliseconds since 1970
 */
export function toEvent(request: HttpRequest, nowMs: number): LambdaFunctionURLEvent {
  // Function URLs leave the path percent-encoded, other than HTTP APIs do.
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
 * The HTTP response that Lambda makes of a function's result. A result with no `statusCode` is the body of a 200.
 *
 * @returns `undefined` when the result is malformed, which AWS answers with 502
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

/** One value for each name; several are joined by a comma. */
function joined(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

/** What AWS's front end sets, over whatever the caller sent. */
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

/** As in web servers' logs, which is how AWS writes it: `12/Mar/2020:19:03:58 +0000`. */
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
