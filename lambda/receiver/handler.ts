import { REASONS, type Reason } from '../contract/reasons';
import type { RouteKind, Routes } from '../contract/routes';
import type { Invocation } from '../forge/invocation';
import type { SeenTokens } from '../forge/seen-tokens';
import type { Verify } from '../forge/verify';
import { quote, Refusal } from '../refusal';
import type { Delivery, SlotOutcome } from '../slots/write-newest';
import { asError } from '../thrown';
import { type Request, readRequest } from './request';

/** A Function URL response. */
export interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What became of a call: of its system token; or, for a route that brings none, `acknowledged`; or `replayed`, when its
 * invocation token was used before and nothing was done.
 */
export type Outcome = SlotOutcome | 'acknowledged' | 'replayed';

/** What is told of each call, once: to the log and to the metrics. */
export interface CallReport {
  readonly status: number;
  readonly outcome?: Outcome;
  readonly reason?: Reason;
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
  readonly writer: () => Promise<(delivery: Delivery, signal: AbortSignal) => Promise<SlotOutcome>>;
  readonly report: (call: CallReport) => void;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** Time in which a call is answered, in milliseconds. Forge listens for 5 s, of which a cold start takes some. @default 4,000 */
  readonly budgetMs?: number;
}

/** A payload of Forge is at most 5 MB (its documentation), which base64 makes a third longer. */
const MOST_BODY_CHARACTERS = (5 * 1024 * 1024 * 4) / 3;

/** Answers one call. Never throws: whatever happens has a reason, a status and a report. */
export async function handle(event: unknown, dependencies: Dependencies): Promise<Response> {
  const { report, now } = dependencies;
  const startedAtMs = now();
  const signal = AbortSignal.timeout(dependencies.budgetMs ?? 4_000);
  const request = readRequest(event);
  let invocation: Invocation | undefined;
  const tell = (call: Pick<CallReport, 'status' | 'outcome' | 'reason' | 'detail' | 'error'>) =>
    report({
      ...call,
      path: request.path,
      ...(request.traceId !== undefined && { traceId: request.traceId }),
      ...(invocation && { invocation }),
      durationMs: now() - startedAtMs,
    });

  try {
    const kind = routeOf(request, dependencies.routes);
    invocation = await dependencies.verify(request.authorization);
    const outcome = await carryOut(kind, request, invocation, dependencies, signal);
    tell({ status: 200, outcome });
    return respond(200, { outcome });
  } catch (error) {
    const reason = error instanceof Refusal ? error.reason : 'internal-error';
    const { status } = REASONS[reason];
    if (!(error instanceof Refusal)) tell({ status, reason, error: asError(error) });
    else tell({ status, reason, ...(error.detail !== undefined && { detail: error.detail }) });
    // The reason's name and nothing else: the rest is for the log, not for a stranger.
    return respond(status, { reason });
  }
}

function routeOf({ method, path, bodyCharacters }: Request, routes: Routes) {
  const kind = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (!kind) throw new Refusal('route-unknown', `path ${quote(path)}; known: ${Object.keys(routes).join(', ')}`);
  if (method !== 'POST') throw new Refusal('method-not-allowed', `method ${quote(method)}`);
  if (bodyCharacters > MOST_BODY_CHARACTERS) throw new Refusal('request-too-large', `${bodyCharacters} characters`);
  return kind;
}

async function carryOut(
  kind: RouteKind,
  request: Request,
  invocation: Invocation,
  { seen, writer }: Dependencies,
  signal: AbortSignal,
): Promise<Outcome> {
  // Answered like the first time, since the answer to that may have been lost; but without a second effect: whoever
  // caught the token must not get a system token of their own in.
  if (seen.has(invocation)) return 'replayed';
  const outcome = kind === 'preUninstall' ? 'acknowledged' : await store(request, invocation, writer, signal);
  seen.add(invocation);
  return outcome;
}

async function store(
  { systemToken }: Request,
  { installationId, installation, apiBaseUrl }: Invocation,
  writer: Dependencies['writer'],
  signal: AbortSignal,
): Promise<SlotOutcome> {
  if (systemToken === undefined) throw new Refusal('system-token-missing');
  const write = await writer();
  return write({ token: systemToken, installationId, installation, apiBaseUrl }, signal);
}

const respond = (statusCode: number, body: object): Response => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
