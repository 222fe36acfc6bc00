import { parseReceiverVariables } from '../contract/receiver-settings';
import { createKeySets } from '../forge/key-sets';
import { createSeenTokens } from '../forge/seen-tokens';
import { CLOCK_SKEW_SECONDS, createVerifier } from '../forge/verify';
import { type Dependencies, type Effects, handle } from './handler';
import { callIsProven } from './proof';
import { createReport } from './report';

const settings = parseReceiverVariables(process.env);

// An hourly call is a cold start: the keys are on their way before the call is read.
const keys = createKeySets({
  url: settings.jwksUrl,
  useForMs: settings.trustKeysForHours * 3_600_000,
  ...(settings.isolatedCloud && { isolatedUrlTemplate: settings.isolatedCloud.jwksUrlTemplate }),
});
keys.prefetch();

let effects: Promise<Effects> | undefined;

/** Reads the AWS SDK; it runs once a call is proven. */
function loadEffects(): Promise<Effects> {
  effects ??= import('./effects').then(({ createEffects }) => createEffects(settings));
  return effects;
}

const dependencies: Dependencies = {
  routes: settings.routes,
  verify: createVerifier({
    keys,
    appId: settings.appId,
    environments: settings.environments,
    // The keys are still on their way when the first call comes: time to read what it will need.
    onPlausible: () => void loadEffects().catch(() => undefined),
    ...(settings.isolatedCloud && { isolatedApiHosts: settings.isolatedCloud.apiHosts }),
    ...(settings.localApiOrigin !== undefined && { localApiOrigin: settings.localApiOrigin }),
  }),
  seen: createSeenTokens(Date.now, CLOCK_SKEW_SECONDS),
  effects: () => {
    callIsProven();
    return loadEffects();
  },
  dataResidency: () => import('../data-residency').then(({ dataResidency }) => dataResidency),
  report: createReport(settings.remoteName),
  now: Date.now,
};

/** The Lambda function behind the Function URL. */
export const handler = (event: unknown) => handle(event, dependencies);
