import { parseReceiverVariables } from '../contract/receiver-settings';
import { notBundled } from '../contract/slot-location';
import { createKeySets } from '../forge/key-sets';
import { createSeenTokens } from '../forge/seen-tokens';
import { CLOCK_SKEW_SECONDS, createVerifier } from '../forge/verify';
import { type Dependencies, type Effects, handle } from './handler';
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

/** Loads the AWS SDK. BUNDLED_FOR is known when this is bundled, and the code for the other service is left out. */
function loadEffects(): Promise<Effects> {
  const { slots } = settings;
  if (process.env.BUNDLED_FOR !== 'secretsmanager' && 'table' in slots) {
    return import('./table-effects').then(({ createTableEffects }) => createTableEffects(slots, settings));
  }
  if (process.env.BUNDLED_FOR !== 'dynamodb' && !('table' in slots)) {
    return import('./effects').then(({ createEffects }) => createEffects(slots, settings));
  }
  throw notBundled(slots);
}

const dependencies: Dependencies = {
  routes: settings.routes,
  verify: createVerifier({
    keys,
    appId: settings.appId,
    environments: settings.environments,
    ...(settings.isolatedCloud && { isolatedApiHosts: settings.isolatedCloud.apiHosts }),
    ...(settings.localApiOrigin !== undefined && { localApiOrigin: settings.localApiOrigin }),
  }),
  seen: createSeenTokens(Date.now, CLOCK_SKEW_SECONDS),
  effects: () => {
    // A refused call never pays for loading the AWS SDK.
    effects ??= loadEffects();
    return effects;
  },
  dataResidency: () => import('../data-residency').then(({ dataResidency }) => dataResidency),
  report: createReport(settings.remoteName),
  now: Date.now,
};

/** The Lambda function behind the Function URL. */
export const handler = (event: unknown) => handle(event, dependencies);
