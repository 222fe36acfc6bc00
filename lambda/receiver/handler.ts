import { REASONS, type Reason, Refusal } from '../contract/outcomes';
import { methodOf, type Route, type Routes } from '../contract/routes';
import type { DataResidencyHooks } from '../data-residency/hooks';
import type { Invocation } from '../forge/claims';
import type { Replays, Verify } from '../forge/verify';
import type { SlotOutcome } from '../slots/slot-writer';
import { asError, isRecord, quote } from '../values';
import type { Body } from './enqueue';
import type { Services } from './services';

/** A Function URL response. */
export interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What became of a call: of its system token; or, before an uninstall, whether the slot was `removed`, `released`, or the
 * call only `acknowledged`; or `queued`, for an event that brings no token; or `replayed`, when the same call came before
 * and nothing was done; or `migrating`, when Forge asked about a move to another region.
 */
export type Outcome = SlotOutcome | 'removed' | 'released' | 'acknowledged' | 'queued' | 'replayed' | 'migrating';

/** What a call ended with. */
interface Result {
  readonly status: number;
  readonly outcome?: Outcome;
  readonly reason?: Reason;
  /** Of a refused call: whether Forge's signature was found on it. Without it, anybody may have made the call. */
  readonly signed?: boolean;
  /** What was found and what was expected, where a reason alone doesn't say. */
  readonly detail?: string;
  /** An unexpected error. */
  readonly error?: Error;
}

/** The report of one call, for the log and the metrics. */
export interface CallReport extends Result {
  readonly path: string;
  readonly traceId?: string;
  readonly invocation?: Invocation;
  /** Size of the call's headers. */
  readonly headerBytes?: number;
  readonly durationMs: number;
}

export interface Dependencies {
  readonly routes: Routes;
  readonly verify: Verify;
  readonly replays: Replays;
  /** Asked for only once a call is proven: they run the AWS SDK. */
  readonly services: () => Promise<Services>;
  /** Answers when a site's data moves to another region; loaded only then. */
  readonly dataResidency: () => Promise<DataResidencyHooks>;
  /**
   * Settles when nothing is under way in the background. Never throws.
   *
   * @default nothing ever is
   */
  readonly settled?: () => Promise<void>;
  readonly report: (call: CallReport) => void;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** Time in which a call is answered, in milliseconds. Forge listens for 5 s, of which a cold start takes some. @default 4,000 */
  readonly budgetMs?: number;
}

/** A payload of Forge is at most 5 MB (its documentation). What makes Lambda's event larger than 6 MB, AWS refuses itself. */
const MOST_BODY_BYTES = 5 * 1024 * 1024;

/** Answers one call. Never throws: whatever happens has a reason, a status and a report. */
export async function handle(event: unknown, dependencies: Dependencies): Promise<Response> {
  const { report, now, settled } = dependencies;
  const startedAtMs = now();
  const signal = AbortSignal.timeout(dependencies.budgetMs ?? 4_000);
  const request = readRequest(event);
  const { path, traceId, headerBytes } = request;
  let invocation: Invocation | undefined;
  let result: Result;
  let body: object;

  try {
    const route = findRoute(request, dependencies.routes);
    invocation = await dependencies.verify(request.authorization, route);
    const { outcome, answer, status = 200 } = await deliver(request, { route, invocation, signal }, dependencies);
    result = { status, outcome };
    body = answer ?? { outcome };
  } catch (thrown) {
    result = refusalOf(thrown, invocation !== undefined);
    // The reason's name and nothing else: the rest is for the log, not for a stranger.
    body = { reason: result.reason };
  }

  // Lambda freezes the instance once the answer is out: keys that are just being fetched anew would be lost. A stranger's
  // call doesn't wait for that.
  if (invocation && settled) await Promise.race([settled(), whenAborted(signal)]);
  report({
    ...result,
    path,
    ...(traceId !== undefined && { traceId }),
    ...(invocation && { invocation }),
    headerBytes,
    durationMs: now() - startedAtMs,
  });
  return { statusCode: result.status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Delivers a proven call: stores its token, then queues its work. */
async function deliver(
  { systemToken, path, body, traceId }: Request,
  { route, invocation, signal }: { route: Route; invocation: Invocation; signal: AbortSignal },
  { replays, services, dataResidency, now }: Dependencies,
): Promise<{ readonly outcome: Outcome; readonly answer?: object; readonly status?: number | undefined }> {
  if (route.kind === 'dataResidency') {
    // No replay check: Forge retries hooks and polls status.
    const hooks = await dataResidency();
    const { httpStatus: status, ...answer } = (await hooks[route.hook]({ invocation, signal })) ?? {};
    return { outcome: 'migrating', answer, status };
  }
  const needsToken = route.kind !== 'preUninstall' && route.systemToken !== false;
  if (needsToken && systemToken === undefined) throw new Refusal('system-token-missing');

  // Answered like the first time, since the answer to that may have been lost; but without a second effect.
  const use = [path, systemToken, body.text];
  if (await replays.has(invocation, use)) return { outcome: 'replayed' };

  const { slots, enqueue } = await services();
  let outcome: Outcome;
  if (route.kind === 'preUninstall') {
    outcome = await slots.remove(invocation.installation, signal);
  } else {
    outcome = systemToken === undefined ? 'queued' : await slots.write({ ...invocation, token: systemToken }, signal);
    // Only now that the token is safe. Should this fail, Forge delivers again, and finds the token unchanged.
    await enqueue?.({ invocation, route, path, body, traceId, nowMs: now() }, signal);
  }
  replays.add(invocation, use);
  return { outcome };
}

function findRoute({ method, path, body }: Request, routes: Routes): Route {
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (!route) throw new Refusal('route-unknown', `path ${quote(path)}; known: ${Object.keys(routes).join(', ')}`);
  if (method !== methodOf(route)) throw new Refusal('method-not-allowed', `method ${quote(method)}`);
  const { text, isBase64 } = body;
  // Base64 makes 4 characters for each 3 bytes begun. A text has at least as many bytes as characters.
  const most = isBase64 ? 4 * Math.ceil(MOST_BODY_BYTES / 3) : MOST_BODY_BYTES;
  if (text.length > most) throw new Refusal('request-too-large', `${text.length} characters; at most ${most}`);
  return route;
}

function refusalOf(thrown: unknown, isProven: boolean): Result & { readonly reason: Reason } {
  if (!(thrown instanceof Refusal)) {
    return {
      status: REASONS['internal-error'].status,
      reason: 'internal-error',
      signed: isProven,
      error: asError(thrown),
    };
  }
  const { reason, detail } = thrown;
  const signed = isProven || thrown.signed;
  return { status: REASONS[reason].status, reason, signed, ...(detail !== undefined && { detail }) };
}

const whenAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

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
