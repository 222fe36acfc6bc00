/** Idempotent methods (RFC 9110, section 9.2.2) of Atlassian's APIs. */
const IDEMPOTENT = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];

export const isIdempotent = (method: string) => IDEMPOTENT.includes(method.toUpperCase());

/** Most tries of a request. */
const MOST_TRIES = 4;

/**
 * Longest `Retry-After` to wait for, in milliseconds. Atlassian's hourly quotas may ask for much more: then the caller gets
 * the answer, because an earlier retry would be refused again.
 */
const LONGEST_WAIT_MS = 60_000;

/** Pauses without a `Retry-After`, in milliseconds: the first one, doubled each time, up to the longest. */
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 20_000;

/** The outcome of one try. */
export type Try = { readonly response: Response } | { readonly failure: string };

export interface RetryContext {
  /** How often the request has been sent. */
  readonly tries: number;
  /** Whether carrying it out twice does no harm. */
  readonly repeatable: boolean;
  readonly nowMs: number;
  /** Between 0 and 1. */
  readonly random: number;
}

/**
 * How long to wait before the request is sent again, in milliseconds, or `undefined` when it should not be.
 *
 * After 429, and 503 with a `Retry-After`, the request was not carried out, so any method may be retried. After other 5xx and
 * broken connections it may have been carried out: a second POST could do its work twice.
 */
export function waitBeforeRetry(last: Try, { tries, repeatable, nowMs, random }: RetryContext): number | undefined {
  if (tries >= MOST_TRIES) return undefined;
  // Half of it is random, so that clients that were refused together don't retry together.
  const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** (tries - 1), LONGEST_BACKOFF_MS) * (0.5 + random / 2);
  if ('failure' in last) return repeatable ? backoffMs : undefined;

  const { status, headers } = last.response;
  const askedMs = readRetryAfter(headers.get('retry-after'), nowMs);
  const wasTurnedAway = status === 429 || (status === 503 && askedMs !== undefined);
  if (!wasTurnedAway && !(status >= 500 && repeatable)) return undefined;
  if (askedMs === undefined) return backoffMs;
  return askedMs > LONGEST_WAIT_MS ? undefined : askedMs + backoffMs;
}

/** The delay in a `Retry-After`, which has seconds or an HTTP date, in milliseconds. `undefined` if there is none. */
export function readRetryAfter(value: string | null, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const dateMs = / GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
