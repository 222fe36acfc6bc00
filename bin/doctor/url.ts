import { REASONS, type Reason } from '../../lambda/contract/outcomes';
import { FORGE_JWKS_URL, type ReceiverSettings } from '../../lambda/contract/settings';
import { isRecord } from '../command';
import { asReason, type Finding, type Outcome, ok, wrong } from './finding';
import type { ReadManifest } from './manifest';
import { type Answer, forgedAuthorization, type OwnCalls, probe } from './probe';
import type { Target } from './target';

/** What the URL is called with. */
export interface CallInstruments {
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

/** Calls the URL twice, as a stranger would. Neither call brings a system token: whatever came of it, nothing is stored. */
export async function examineUrl(facts: UrlFacts, { fetch, now, ownCalls }: CallInstruments): Promise<Finding[]> {
  const { baseUrl, appId, manifest, target } = facts;
  const settings = await facts.settings;
  const route = routeOf(manifest, settings);
  const url = `${baseUrl}${route.path}`;
  // The keys of a deployed stage are Forge's; those of an emulated one only its receiver knows.
  const jwksUrl = settings?.jwksUrl ?? (target.endpoint === undefined ? FORGE_JWKS_URL : undefined);
  const authorization = await forgedAuthorization({
    appId,
    endpointKey: route.key,
    environment: settings?.environments[0] ?? 'DEVELOPMENT',
    jwksUrl,
    fetch,
    nowMs: now(),
  });
  // One after the other: the first one warms the function up, and its time is what a cold start takes.
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

/** A route that brings tokens: of the manifest, since Forge calls that one, or else of what is deployed. */
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

/** Forge takes a longer silence for a failure, in milliseconds (5 s for events and scheduled triggers, Forge's documentation). */
const FORGE_PATIENCE_MS = 5_000;

/** The URL answers, whatever it says. */
export function urlOutcome(url: string, answer: Answer, { deploy }: Target): Outcome {
  if ('error' in answer) {
    return wrong(`${url} does not answer: ${answer.error}`, [
      `Does it from elsewhere? Then your network is in the way. If not, the function's URL is gone. ${deploy}`,
    ]);
  }
  if (answer.ms < FORGE_PATIENCE_MS) return ok(`${url} answers, in ${Math.ceil(answer.ms)} ms`);
  return wrong(
    `${url} answers only after ${(answer.ms / 1000).toFixed(1)} s, and Forge waits ${FORGE_PATIENCE_MS / 1000}`,
    [
      "Run the command again, for this may have been a cold start. If it stays, look in the receiver's log at durationMs.",
    ],
  );
}

/** A call without a token is refused by the receiver, and not by AWS in front of it. */
export function unsignedOutcome(answer: Answer, target: Target): Outcome {
  if ('error' in answer) return { status: 'unseen', summary: 'there was no answer to look at' };
  const reason = reasonIn(answer.body);
  if (answer.status === 401 && reason === 'authorization-missing') return ok(`401, ${reason}: the receiver refuses it`);
  return refusedOtherwise(answer, reason, target);
}

/**
 * A call with a token that somebody else than Forge signed is refused.
 *
 * @param answer absent when there was none to try it with
 */
export function forgedOutcome(answer: Answer | undefined, target: Target, jwksUrl: string | undefined): Outcome {
  if (!answer) {
    if (jwksUrl === undefined)
      return { status: 'unseen', summary: "could not be tried: the receiver's keys aren't known" };
    const summary = `could not be tried: the keys at ${jwksUrl} can't be read from here`;
    return { status: 'unseen', summary, fixes: ['Run it where that URL can be reached.'] };
  }
  if ('error' in answer) return { status: 'unseen', summary: 'there was no answer to look at' };
  const reason = reasonIn(answer.body);
  if (reason === 'authorization-missing') {
    return wrong('the header "authorization" does not reach the receiver, so no call of Forge is believed', [
      `Something between the two takes it away. Let Forge call the stack's own URL, RemoteBaseUrl. ${target.deploy}`,
    ]);
  }
  if (answer.status === 401 && reason !== undefined) return ok(`401, ${reason}: the receiver refuses it`);
  // These statuses come after the signature was found to be right.
  if (answer.status < 300 || answer.status === 422 || answer.status === 409) {
    return wrong(`${answer.status}: a token that we signed ourselves was taken for Forge's`, [
      `The receiver verifies with the keys at ${jwksUrl}: FORGE_JWKS_URL, which somebody may have changed. ${target.restore}`,
      'If it stays, set the reserved concurrency of the receiver to 0, which closes the door, and open an issue.',
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
      "403 of AWS, in front of the receiver: it turns everybody away, and so Forge's calls",
      [
        `${restore} It brings back what somebody has taken away.`,
        "If it stays, look at the function's resource-based policy in Lambda's console, under Configuration, Permissions: " +
          'everybody (Principal *) must have both lambda:InvokeFunctionUrl and lambda:InvokeFunction. Since October 2025 ' +
          'a Function URL needs both. The auth type of the URL must be NONE.',
      ],
      [`It said: ${excerpt(body)}`],
    );
  }
  if (status === 429) {
    return wrong('429: Lambda has no concurrency left for the receiver', [
      'Raise reservedConcurrency in config.ts, or ask AWS for more concurrent executions.',
    ]);
  }
  if (status >= 500) {
    return wrong(`${status}: the receiver crashed, or ran into its timeout`, [
      `The last ERROR line of the receiver's log says why. After a fresh deployment, roll it back.`,
    ]);
  }
  return wrong(
    `${status}, which the receiver never says`,
    [`Something else answers at this URL. ${deploy}`],
    [excerpt(body)],
  );
}

const REFUSALS_PAGE = 'Its row in docs/refusals.md has the fix.';

/** A stranger's text may be anything. */
const excerpt = (body: string): string => JSON.stringify(body.slice(0, 160));

function reasonIn(body: string): Reason | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    return isRecord(answer) ? asReason(answer.reason) : undefined;
  } catch {
    return undefined;
  }
}
