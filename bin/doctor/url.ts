import { REASONS, type Reason } from '../../lambda/contract/outcomes';
import { FORGE_JWKS_URL, type ReceiverSettings } from '../../lambda/contract/settings';
import { isRecord } from '../command';
import { asReason, type Finding, type Outcome, ok, wrong } from './finding';
import type { ReadManifest } from './manifest';
import { type Answer, forgedAuthorization, type OwnCalls, probe } from './probe';
import type { Target } from './target';

/** What the calls need. */
export interface ProbeContext {
  readonly ownCalls: OwnCalls;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface UrlFacts {
  readonly baseUrl: string;
  readonly appId: string;
  readonly manifest: ReadManifest;
  readonly settings: Promise<ReceiverSettings | undefined>;
  readonly target: Target;
}

/** Calls the URL twice, as a stranger would. Neither call has a system token, so nothing can be stored. */
export async function examineUrl(facts: UrlFacts, { fetch, now, ownCalls }: ProbeContext): Promise<Finding[]> {
  const { baseUrl, appId, manifest, target } = facts;
  const settings = await facts.settings;
  const route = routeOf(manifest, settings);
  const url = `${baseUrl}${route.path}`;
  // A deployed stage uses Forge's keys. Of an emulated one, only its receiver knows the key set.
  const jwksUrl = settings?.jwksUrl ?? (target.endpoint === undefined ? FORGE_JWKS_URL : undefined);
  const authorization = await forgedAuthorization({
    appId,
    endpointKey: route.key,
    environment: settings?.environments[0] ?? 'DEVELOPMENT',
    jwksUrl,
    fetch,
    nowMs: now(),
  });
  // Not in parallel: the first call takes the cold start.
  const unsigned = await probe({ url, fetch, traceId: ownCalls.nextTraceId() });
  const forged =
    authorization === undefined
      ? undefined
      : await probe({ url, fetch, authorization, traceId: ownCalls.nextTraceId() });
  return [
    { check: 'URL', ...urlOutcome(url, unsigned, target) },
    { check: 'Unsigned call', ...unsignedOutcome(unsigned, target) },
    { check: 'Forged token', ...forgedOutcome(forged, target, jwksUrl) },
  ];
}

/** A scheduled route: from the manifest, because Forge calls that one, or else from the receiver's settings. */
function routeOf(
  read: ReadManifest,
  settings: ReceiverSettings | undefined,
): { readonly key: string; readonly path: string } {
  const endpoints = 'manifest' in read ? read.manifest.endpoints : [];
  const endpoint = endpoints.find(({ kind }) => kind === 'scheduledTrigger');
  if (endpoint) return endpoint;
  const deployed = Object.entries(settings?.routes ?? {}).find(([, { kind }]) => kind === 'scheduledTrigger');
  return { key: 'token', path: deployed?.[0] ?? '/' };
}

/** Forge's timeout for events and scheduled triggers (Forge's documentation). */
const FORGE_TIMEOUT_MS = 5_000;

/** Checks that the URL answers in time, with any answer. */
export function urlOutcome(url: string, answer: Answer, { deploy }: Target): Outcome {
  if ('error' in answer) {
    return wrong(`${url} does not answer: ${answer.error}`, [
      `If it answers from elsewhere, your network blocks it. Otherwise the Function URL was deleted. ${deploy}`,
    ]);
  }
  if (answer.ms < FORGE_TIMEOUT_MS) return ok(`${url} answers, in ${Math.ceil(answer.ms)} ms`);
  return wrong(
    `${url} answers after ${(answer.ms / 1000).toFixed(1)} s, but Forge waits only ${FORGE_TIMEOUT_MS / 1000} s`,
    [
      "Run the command again: this may have been a cold start. If it is slow again, see durationMs in the receiver's log.",
    ],
  );
}

/** Checks that the receiver, and not AWS in front of it, refuses a call without a token. */
export function unsignedOutcome(answer: Answer, target: Target): Outcome {
  if ('error' in answer) return { status: 'unseen', summary: 'there was no answer to check' };
  const reason = reasonIn(answer.body);
  if (answer.status === 401 && reason === 'authorization-missing') return ok(`401, ${reason}: the receiver refuses it`);
  return refusedOtherwise(answer, reason, target);
}

/**
 * Checks that the receiver refuses a token that Forge didn't sign.
 *
 * @param answer absent if no token could be forged
 */
export function forgedOutcome(answer: Answer | undefined, target: Target, jwksUrl: string | undefined): Outcome {
  if (!answer) {
    if (jwksUrl === undefined)
      return { status: 'unseen', summary: "could not be tried: the receiver's key set is unknown" };
    const summary = `could not be tried: can't read the keys at ${jwksUrl} from here`;
    return { status: 'unseen', summary, fixes: ['Run the command where that URL can be reached.'] };
  }
  if ('error' in answer) return { status: 'unseen', summary: 'there was no answer to check' };
  const reason = reasonIn(answer.body);
  if (reason === 'authorization-missing') {
    return wrong('the header "authorization" does not reach the receiver, so it refuses all calls of Forge', [
      `Something in between removes it. Let Forge call the stack's own URL, RemoteBaseUrl. ${target.deploy}`,
    ]);
  }
  if (answer.status === 401 && reason !== undefined) return ok(`401, ${reason}: the receiver refuses it`);
  // The receiver gives these statuses only after it has accepted the signature.
  if (answer.status < 300 || answer.status === 422 || answer.status === 409) {
    return wrong(`${answer.status}: the receiver accepted a forged token`, [
      `The receiver verifies with the keys at ${jwksUrl} (FORGE_JWKS_URL), which somebody may have changed. ${target.restore}`,
      'If it still accepts one, set the reserved concurrency of the receiver to 0, which stops all calls, and open an issue.',
    ]);
  }
  return refusedOtherwise(answer, reason, target);
}

function refusedOtherwise(
  { status, body }: Exclude<Answer, { error: string }>,
  reason: Reason | undefined,
  { deploy, restore }: Target,
): Outcome {
  if (reason === 'route-unknown') {
    return wrong('404, route-unknown: manifest.yml has a route that is not deployed', [deploy]);
  }
  if (reason !== undefined) return wrong(`${status}, ${reason}: ${REASONS[reason].log}`, [REFUSALS_PAGE]);
  if (status === 403 && body.includes('Forbidden')) {
    return wrong(
      '403 from AWS in front of the receiver: AWS refuses all calls, also those of Forge',
      [
        `${restore} It restores permissions that somebody removed.`,
        "If it still answers 403, check the function's resource-based policy in the console of Lambda (Configuration, " +
          'Permissions): Principal * needs both lambda:InvokeFunctionUrl and lambda:InvokeFunction, since October 2025. The ' +
          'auth type of the URL must be NONE.',
      ],
      [`Its answer: ${excerpt(body)}`],
    );
  }
  if (status === 429) {
    return wrong('429: Lambda has no concurrency left for the receiver', [
      'Raise reservedConcurrency in config.ts, or ask AWS for more concurrent executions.',
    ]);
  }
  if (status >= 500) {
    return wrong(`${status}: the receiver crashed or timed out`, [
      "The last ERROR line of the receiver's log says why. If you have just deployed, roll back.",
    ]);
  }
  return wrong(
    `${status}, which the receiver never says`,
    [`Something else answers at this URL. ${deploy}`],
    [excerpt(body)],
  );
}

const REFUSALS_PAGE = 'Its row in docs/refusals.md has the fix.';

/** Quoted and cut, because somebody else wrote it. */
const excerpt = (body: string): string => JSON.stringify(body.slice(0, 160));

function reasonIn(body: string): Reason | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    return isRecord(answer) ? asReason(answer.reason) : undefined;
  } catch {
    return undefined;
  }
}
