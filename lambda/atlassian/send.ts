import { asError, codeOf } from '../values';
import { describeRequest } from './api-url';
import { type Deadline, orAborted, requireTime } from './deadline';
import {
  type Actor,
  AtlassianForbidden,
  AtlassianUnauthorized,
  AtlassianUnreachable,
  DeadlineExceeded,
} from './errors';
import { discard, excerptOf } from './excerpt';
import { type Try, waitBeforeRetry } from './retry-policy';

/** What sending needs, for tests to replace. */
export interface Transport {
  readonly fetch: typeof fetch;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** Waits so many milliseconds, or rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Between 0 and 1. */
  readonly random: () => number;
  readonly deadline: Deadline;
}

/** A request to Atlassian, without its token. */
export interface Call {
  readonly method: string;
  readonly url: (apiBaseUrl: string) => URL;
  /** Headers, body and the rest. */
  readonly init: RequestInit;
  /** Ends the request and its pauses: the deadline and the caller's own signal. */
  readonly signal: AbortSignal;
  /** Whether carrying it out twice does no harm. */
  readonly repeatable: boolean;
  /** Runs before each try. */
  readonly beforeTry?: () => Promise<void>;
}

/** A token, and the API base URL where it may be sent. */
export interface Bearer {
  readonly token: string;
  readonly apiBaseUrl: string;
}

/** The source of a request's token. */
export interface Access {
  readonly actor: Actor;
  bearer(): Promise<Bearer>;
  /** Drops `token`, to which Atlassian answered 401: the next `bearer` brings another, if there is one. */
  drop(token: string): void;
}

/**
 * Sends `call` with a token. After a 401 it reads the token again, once: there may be a newer one.
 *
 * @throws {AtlassianUnauthorized} when the newest token is answered with 401
 * @throws {AtlassianForbidden} when the answer is 403
 */
export async function sendAuthorized(call: Call, access: Access, transport: Transport): Promise<Response> {
  requireTime(transport.deadline, 'no further request was started');
  let bearer = await orAborted(access.bearer(), call.signal);
  let response = await sendWithRetries(call, bearer, transport);
  if (response.status === 401) {
    access.drop(bearer.token);
    const newest = await orAborted(access.bearer(), call.signal);
    if (newest.token !== bearer.token && canBeSentAgain(call)) {
      await discard(response);
      bearer = newest;
      response = await sendWithRetries(call, bearer, transport);
    }
  }
  if (response.status !== 401 && response.status !== 403) return response;

  const Refused = response.status === 401 ? AtlassianUnauthorized : AtlassianForbidden;
  const answer = await excerptOf(response, bearer.token);
  throw new Refused(describeRequest(call.method, call.url(bearer.apiBaseUrl)), access.actor, answer);
}

/**
 * Sends `call` with retries. The answer can have any status, including the 429 or 5xx of the last try. Redirects are not
 * followed, because they would get the token.
 *
 * @throws {AtlassianUnreachable} when no answer came
 * @throws {DeadlineExceeded} when the time is over, or too short for a pause
 */
async function sendWithRetries(call: Call, bearer: Bearer, transport: Transport): Promise<Response> {
  const url = call.url(bearer.apiBaseUrl);
  const what = describeRequest(call.method, url);
  for (let tries = 1; ; tries++) {
    await call.beforeTry?.();
    requireTime(transport.deadline, tries === 1 ? `${what} was not sent` : `${what} was not sent again`);
    const last = await tryOnce(call, url, bearer.token, transport);
    const waitMs = canBeSentAgain(call)
      ? waitBeforeRetry(last, {
          tries,
          repeatable: call.repeatable,
          nowMs: transport.now(),
          random: transport.random(),
        })
      : undefined;
    if (waitMs === undefined) {
      if ('failure' in last) throw new AtlassianUnreachable(what, tries, last.failure);
      return last.response;
    }
    if ('response' in last) await discard(last.response);
    const outcome = 'response' in last ? `was answered ${last.response.status}` : `got no answer (${last.failure})`;
    await pause(waitMs, `${what} ${outcome} in try ${tries}`, call.signal, transport);
  }
}

/**
 * Waits, unless the deadline would pass first.
 *
 * @param reason why it waits, for the error
 * @throws {DeadlineExceeded} at once, when the deadline would pass meanwhile
 */
export async function pause(
  waitMs: number,
  reason: string,
  signal: AbortSignal,
  { deadline, sleep }: Transport,
): Promise<void> {
  const leftMs = deadline.leftMs();
  if (waitMs >= leftMs) throw new DeadlineExceeded(`${reason}; the next can start in ${Math.ceil(waitMs)} ms`, leftMs);
  await orAborted(sleep(waitMs, signal), signal);
}

/** A stream can be sent only once. */
function canBeSentAgain({ init: { body } }: Call): boolean {
  return typeof body !== 'object' || body === null || !(Symbol.asyncIterator in body);
}

async function tryOnce(call: Call, url: URL, token: string, { fetch, deadline }: Transport): Promise<Try> {
  const headers = new Headers(call.init.headers);
  headers.set('authorization', `Bearer ${token}`);
  const { method, signal } = call;
  // Outside the "try": a mistake in the caller's arguments is not a network failure.
  const request = new Request(url, { ...call.init, method, headers, signal, redirect: 'manual' });
  try {
    return { response: await fetch(request) };
  } catch (error) {
    if (deadline.signal.aborted) throw new DeadlineExceeded(`${describeRequest(method, url)} was aborted`, 0);
    signal.throwIfAborted();
    return { failure: failureOf(error) };
  }
}

/** `fetch` hides what went wrong in its cause. */
function failureOf(thrown: unknown): string {
  const error = asError(thrown);
  return codeOf(error.cause) ?? codeOf(error) ?? asError(error.cause ?? error).name;
}
