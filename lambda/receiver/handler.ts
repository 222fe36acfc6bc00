import { REASONS, type Reason, Refusal } from '../contract/outcomes';
import { type EndpointRoute, methodOf, type Route, type Routes } from '../contract/routes';
import type { DataResidencyHooks } from '../data-residency/hooks';
import type { Invocation } from '../forge/claims';
import type { Replays, Verify } from '../forge/verify';
import type { SlotOutcome } from '../slots/slot-writer';
import { asError, isRecord, quote } from '../values';
import type { Body } from './event';
import type { Services } from './services';

/** A Function URL response. */
export interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What an accepted call led to.
 *
 * - a {@link SlotOutcome}: of its system token
 * - `removed`, `released`, `acknowledged`: of the slot before an uninstall
 * - `queued`: an event without a token
 * - `replayed`: the same call came before, and nothing was done
 * - `migrating`: Forge asked about a move to another region
 */
export type Outcome = SlotOutcome | 'removed' | 'released' | 'acknowledged' | 'queued' | 'replayed' | 'migrating';

/** What a call ended with. */
interface Result {
  readonly status: number;
  readonly outcome?: Outcome;
  readonly reason?: Reason;
  /** Of a refused call: whether Forge signed it. If not, anybody may have sent it. */
  readonly signed?: boolean;
  /** What was found and what was expected, where the reason alone doesn't tell. */
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
  /** They run the AWS SDK, so they are made only for a proven call. */
  readonly services: () => Promise<Services>;
  /** The hooks for a move of a site's data to another region; loaded only then. */
  readonly dataResidency: () => Promise<DataResidencyHooks>;
  /**
   * Settles when no work is under way in the background. Never throws.
   *
   * @default - there is none
   */
  readonly settled?: () => Promise<void>;
  readonly report: (call: CallReport) => void;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** Time to answer a call, in milliseconds. Forge waits for 5 s, and a cold start takes some of it. @default 4,000 */
  readonly budgetMs?: number;
}

/** Forge's payloads have at most 5 MB (its documentation). AWS itself refuses events of more than 6 MB. */
const MOST_BODY_BYTES = 5 * 1024 * 1024;

/**
 * Answers one call, from the event to the response. Never throws: whatever happens has a reason, a status and a report.
 *
 * 1. The path leads to a route of manifest.yml.
 * 2. The invocation token proves that Forge makes the call, and that the call is what its route is for.
 * 3. {@link deliver} stores the system token and queues the work.
 */
export async function handle(event: unknown, dependencies: Dependencies): Promise<Response> {
  const { routes, verify, dataResidency, settled, report, now, budgetMs = 4_000 } = dependencies;
  const startedAtMs = now();
  const signal = AbortSignal.timeout(budgetMs);
  const request = readRequest(event);
  let invocation: Invocation | undefined;
  let result: Result;
  let body: object;

  try {
    const route = findRoute(request, routes);
    invocation = await verify(request.authorization, route);
    if (route.kind === 'dataResidency') {
      const hook = (await dataResidency())[route.hook];
      const { httpStatus: status = 200, ...answer } = (await hook({ invocation, signal })) ?? {};
      result = { status, outcome: 'migrating' };
      body = answer;
    } else {
      const outcome = await deliver(request, { route, invocation, signal }, dependencies);
      result = { status: 200, outcome };
      body = { outcome };
    }
  } catch (thrown) {
    result = refusalOf(thrown, invocation !== undefined);
    // Only the reason's name: the details are for the log, not for a stranger.
    body = { reason: result.reason };
  }

  // Lambda freezes the instance after the answer, and keys that are just being fetched anew would be lost. Strangers'
  // calls don't wait for them.
  if (invocation && settled) await Promise.race([settled(), whenAborted(signal)]);
  const { path, traceId, headerBytes } = request;
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

/** Does what a proven call is for: its token goes into the slot, then its work into the queue. */
async function deliver(
  { systemToken, path, body, traceId }: Request,
  { route, invocation, signal }: { route: EndpointRoute; invocation: Invocation; signal: AbortSignal },
  { replays, services, now }: Dependencies,
): Promise<Outcome> {
  const isUninstall = route.kind === 'preUninstall';
  if (systemToken === undefined && !isUninstall && route.systemToken !== false) {
    throw new Refusal('system-token-missing');
  }
  // Forge may have lost our first answer, so it gets a good one again; but nothing is done twice.
  const use = [path, systemToken, body.text];
  if (await replays.has(invocation, use)) return 'replayed';

  const { slots, enqueue } = await services();
  let outcome: Outcome = 'queued';
  if (isUninstall) outcome = await slots.remove(invocation.installation, signal);
  else if (systemToken !== undefined) outcome = await slots.write({ ...invocation, token: systemToken }, signal);
  // The token is safe by now: if the queue fails, Forge delivers again and the token is unchanged.
  if (!isUninstall) await enqueue?.({ invocation, route, path, body, traceId, nowMs: now() }, signal);
  replays.add(invocation, use);
  return outcome;
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

/** What the receiver reads of an event. Function URLs and HTTP APIs both send payload format 2.0. */
export interface Request {
  readonly method: string;
  readonly path: string;
  /** Only events have one that matters. Forge doesn't sign it. */
  readonly body: Body;
  readonly authorization: string | undefined;
  readonly systemToken: string | undefined;
  /** Forge's console shows the call under this id. */
  readonly traceId: string | undefined;
  /** Size of all headers. */
  readonly headerBytes: number;
}

/** Reads an event of any shape. Missing parts are empty or `undefined`. */
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
