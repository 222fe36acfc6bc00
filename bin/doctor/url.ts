import { FORGE_JWKS_URL } from '../../lambda/contract/clouds';
import type { ReceiverSettings } from '../../lambda/contract/receiver-settings';
import { forgedOutcome, unsignedOutcome, urlOutcome } from './door';
import type { Instruments } from './examine';
import type { Finding } from './finding';
import { forgedAuthorization } from './forged-token';
import type { ReadManifest } from './manifest-text';
import { probe } from './probe';
import type { Target } from './target';

export interface UrlFacts {
  readonly baseUrl: string;
  readonly appId: string;
  readonly manifest: ReadManifest;
  readonly settings: Promise<ReceiverSettings | undefined>;
  readonly target: Target;
}

/** Calls the URL twice, as a stranger would. Neither call brings a system token: whatever came of it, nothing is stored. */
export async function examineUrl(facts: UrlFacts, { fetch, now }: Instruments): Promise<Finding[]> {
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
  const unsigned = await probe(fetch, url);
  const forged = authorization === undefined ? undefined : await probe(fetch, url, authorization);
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
