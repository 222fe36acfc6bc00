import { randomBytes } from 'node:crypto';
import { describeError } from './describe-error';

/** Begins the trace id of every call of ours, so that a later run doesn't take them for somebody's. 16 hex digits. */
const TRACE_MARK = 'd0c70000d0c70000';

/** Whether a call with this trace id was one of ours. */
export const isOurCall = (traceId: string): boolean => traceId.startsWith(TRACE_MARK);

/** After this the URL counts as silent, in milliseconds: twice as long as Forge waits, to tell slow from dead. */
const TIMEOUT_MS = 10_000;

/** What came of a call. */
export type Answer =
  | { readonly status: number; readonly body: string; readonly ms: number }
  | { readonly error: string };

/** Calls an endpoint as somebody from outside would. */
export async function probe(fetch: typeof globalThis.fetch, url: string, authorization?: string): Promise<Answer> {
  const startedAt = performance.now();
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'x-b3-traceid': `${TRACE_MARK}${randomBytes(8).toString('hex')}`,
        ...(authorization !== undefined && { authorization }),
      },
      body: '{}',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body = await response.text();
    return { status: response.status, body, ms: performance.now() - startedAt };
  } catch (error) {
    const { name, text } = describeError(error);
    if (name === 'TimeoutError') return { error: `no answer in ${TIMEOUT_MS / 1000} seconds` };
    // fetch says no more than "fetch failed": the reason is the cause.
    const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
    return { error: cause === undefined ? text : describeError(cause).text };
  }
}
