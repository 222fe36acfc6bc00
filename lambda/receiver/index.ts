import { parseReceiverVariables } from '../contract/receiver-settings';
import { notBundled } from '../contract/slot-location';
import { createKeySets } from '../forge/key-sets';
import { createSeenTokens } from '../forge/seen-tokens';
import { CLOCK_SKEW_SECONDS, createVerifier } from '../forge/verify';
import { type Dependencies, type Effects, handle } from './handler';
import { createMeanwhile } from './meanwhile';
import { callIsProven } from './proof';
import { createReport } from './report';

const settings = parseReceiverVariables(process.env);

let effects: Promise<Effects> | undefined;

/** Reads the AWS SDK; it runs once a call is proven. */
function loadEffects(): Promise<Effects> {
  effects ??= importEffects();
  return effects;
}

/** BUNDLED_FOR is known when this is bundled, and the code for the other service is left out. */
async function importEffects(): Promise<Effects> {
  const { slots } = settings;
  if (process.env.BUNDLED_FOR !== 'secretsmanager' && 'table' in slots) {
    return import('./table-effects').then(({ createTableEffects }) => createTableEffects(slots, settings));
  }
  if (process.env.BUNDLED_FOR !== 'dynamodb' && !('table' in slots)) {
    return import('./effects').then(({ createEffects }) => createEffects(slots, settings));
  }
  throw notBundled();
}

// Should it fail, the call that needs it says so.
const meanwhile = createMeanwhile(() => void loadEffects().catch(() => undefined));

// An hourly call is a cold start: the keys are on their way before the call is read.
const keys = createKeySets({
  url: settings.jwksUrl,
  onWaiting: meanwhile.onWaiting,
  useForMs: settings.trustKeysForHours * 3_600_000,
  ...(settings.isolatedCloud && { isolatedUrlTemplate: settings.isolatedCloud.jwksUrlTemplate }),
});
void keys.prefetch().then(meanwhile.onAnswer);

const dependencies: Dependencies = {
  routes: settings.routes,
  verify: createVerifier({
    keys,
    appId: settings.appId,
    environments: settings.environments,
    onPlausible: meanwhile.onPlausible,
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
