import { asError, codeOf } from '../thrown';
import { describeRequest } from './api-url';
import { type Deadline, orAborted, requireTime } from './deadline';
import { AtlassianUnreachable, DeadlineExceeded } from './errors';
import { discard } from './excerpt';
import { type Try, waitBeforeRetry } from './retry-policy';

/** What a request is sent with. All of it can be replaced in a test. */
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
  /** Ends the request and all waiting for it: the deadline, and the caller's own signal. */
  readonly signal: AbortSignal;
  /** Whether it does no harm when it is carried out twice. */
  readonly repeatable: boolean;
  /** Runs before each try, also the first. */
  readonly beforeTry?: () => Promise<void>;
}

/** A token, and the API base URL to which it may be sent. */
export interface Bearer {
  readonly token: string;
  readonly apiBaseUrl: string;
}

/**
 * Sends `call`, and sends it again where that may help. The answer can have any status, the last try's 429 or 5xx too.
 * A redirect is not followed, since the token would go along: it is the answer.
 *
 * @throws {AtlassianUnreachable} when no answer came
 * @throws {DeadlineExceeded} when the time is over, or a wait would outlast it
 */
export async function sendWithRetries(call: Call, bearer: Bearer, transport: Transport): Promise<Response> {
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
 * Waits, unless the deadline would pass meanwhile.
 *
 * @param reason what is waited for, for the error
 * @throws {DeadlineExceeded} at once, when the wait would outlast the deadline
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

/** A stream is read as it is sent: there is no second time. */
export function canBeSentAgain({ init: { body } }: Call): boolean {
  return typeof body !== 'object' || body === null || !(Symbol.asyncIterator in body);
}

async function tryOnce(call: Call, url: URL, token: string, { fetch, deadline }: Transport): Promise<Try> {
  const headers = new Headers(call.init.headers);
  headers.set('authorization', `Bearer ${token}`);
  const { method, signal } = call;
  // Made outside of the "try": what is wrong with the caller's arguments is no failure of the network.
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
