import { REASONS, type Reason } from '../contract/reasons';
import { type DataResidencyRoute, type EndpointRoute, methodOf, type Routes } from '../contract/routes';
import type { DataResidencyAnswer, DataResidencyHooks } from '../data-residency/hooks';
import type { Invocation } from '../forge/invocation';
import type { SeenTokens } from '../forge/seen-tokens';
import type { Verify } from '../forge/verify';
import { quote, Refusal } from '../refusal';
import type { Slots } from '../slots/slots';
import type { SlotOutcome } from '../slots/write-newest';
import { asError } from '../thrown';
import type { Enqueue } from './enqueue';
import { type Request, readRequest } from './request';

/** A Function URL response. */
export interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What became of a call: of its system token; or, before an uninstall, whether the slot was `removed`, `released`, or the
 * call only `acknowledged`; or `queued`, for an event that brings no token; or `replayed`, when its invocation token was used before and nothing was done; or `migrating`,
 * when Forge asked about a move to another region.
 */
export type Outcome = SlotOutcome | 'removed' | 'released' | 'acknowledged' | 'queued' | 'replayed' | 'migrating';

/** What a proven call may set in motion. */
export interface Effects {
  readonly slots: Slots;
  /** Absent where there is no worker. */
  readonly enqueue?: Enqueue;
}

/** What is told of each call, once: to the log and to the metrics. */
export interface CallReport {
  readonly status: number;
  readonly outcome?: Outcome;
  readonly reason?: Reason;
  /** Of a refused call: whether Forge's signature was found on it. Without it, anybody may have made the call. */
  readonly signed?: boolean;
  /** What was found and what was expected, where a reason alone doesn't say. */
  readonly detail?: string;
  /** An error that nobody foresaw. */
  readonly error?: Error;
  readonly path: string;
  readonly traceId?: string;
  readonly invocation?: Invocation;
  readonly durationMs: number;
}

export interface Dependencies {
  readonly routes: Routes;
  readonly verify: Verify;
  readonly seen: SeenTokens;
  /** Asked for only once a call is proven: it loads the AWS SDK. */
  readonly effects: () => Promise<Effects>;
  /** What is said when a site's data moves to another region; asked for only then. */
  readonly dataResidency: () => Promise<DataResidencyHooks>;
  readonly report: (call: CallReport) => void;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** Time in which a call is answered, in milliseconds. Forge listens for 5 s, of which a cold start takes some. @default 4,000 */
  readonly budgetMs?: number;
}

/** A payload of Forge is at most 5 MB (its documentation), of which base64 makes 4 characters for each 3 bytes begun. */
const MOST_BODY_CHARACTERS = 4 * Math.ceil((5 * 1024 * 1024) / 3);

/** Answers one call. Never throws: whatever happens has a reason, a status and a report. */
export async function handle(event: unknown, dependencies: Dependencies): Promise<Response> {
  const { report, now } = dependencies;
  const startedAtMs = now();
  const signal = AbortSignal.timeout(dependencies.budgetMs ?? 4_000);
  const request = readRequest(event);
  let invocation: Invocation | undefined;
  const tell = (call: Pick<CallReport, 'status' | 'outcome' | 'reason' | 'signed' | 'detail' | 'error'>) =>
    report({
      ...call,
      path: request.path,
      ...(request.traceId !== undefined && { traceId: request.traceId }),
      ...(invocation && { invocation }),
      durationMs: now() - startedAtMs,
    });

  try {
    const route = routeOf(request, dependencies.routes);
    invocation = await dependencies.verify(request.authorization);
    if (route.kind === 'dataResidency') {
      const answer = await move(route, invocation, dependencies, signal);
      tell({ status: 200, outcome: 'migrating' });
      return respond(200, answer);
    }
    const outcome = await carryOut(route, request, invocation, dependencies, signal);
    tell({ status: 200, outcome });
    return respond(200, { outcome });
  } catch (error) {
    const reason = error instanceof Refusal ? error.reason : 'internal-error';
    const { status } = REASONS[reason];
    const signed = invocation !== undefined || (error instanceof Refusal && error.signed);
    if (!(error instanceof Refusal)) tell({ status, reason, signed, error: asError(error) });
    else tell({ status, reason, signed, ...(error.detail !== undefined && { detail: error.detail }) });
    // The reason's name and nothing else: the rest is for the log, not for a stranger.
    return respond(status, { reason });
  }
}

function routeOf({ method, path, body }: Request, routes: Routes) {
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (!route) throw new Refusal('route-unknown', `path ${quote(path)}; known: ${Object.keys(routes).join(', ')}`);
  if (method !== methodOf(route)) throw new Refusal('method-not-allowed', `method ${quote(method)}`);
  const { length } = body.text;
  if (length > MOST_BODY_CHARACTERS) throw new Refusal('request-too-large', `${length} characters`);
  return route;
}

/** Not looked up among the calls before: Forge tries a hook again, and asks for the status again and again. */
async function move(
  { hook }: DataResidencyRoute,
  invocation: Invocation,
  { dataResidency }: Dependencies,
  signal: AbortSignal,
): Promise<DataResidencyAnswer> {
  const hooks = await dataResidency();
  return (await hooks[hook]({ invocation, signal })) ?? {};
}

async function carryOut(
  route: EndpointRoute,
  request: Request,
  invocation: Invocation,
  dependencies: Dependencies,
  signal: AbortSignal,
) {
  // Answered like the first time, since the answer to that may have been lost; but without a second effect: whoever
  // caught the token must not get a system token of their own in.
  if (dependencies.seen.has(invocation)) return 'replayed';
  const outcome = await takeEffect(route, request, invocation, dependencies, signal);
  dependencies.seen.add(invocation);
  return outcome;
}

async function takeEffect(
  route: EndpointRoute,
  { systemToken, path, body, traceId }: Request,
  invocation: Invocation,
  { effects, now }: Dependencies,
  signal: AbortSignal,
): Promise<Outcome> {
  if (route.kind === 'preUninstall') return (await effects()).slots.remove(invocation.installation, signal);
  if (systemToken === undefined && route.systemToken !== false) throw new Refusal('system-token-missing');
  const { slots, enqueue } = await effects();
  const outcome =
    systemToken === undefined ? 'queued' : await slots.write({ ...invocation, token: systemToken }, signal);
  // Only now that the token is safe. Should this fail, Forge delivers again, and finds the token unchanged.
  await enqueue?.({ invocation, route, path, body, traceId, nowMs: now() }, signal);
  return outcome;
}

const respond = (statusCode: number, body: object): Response => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
