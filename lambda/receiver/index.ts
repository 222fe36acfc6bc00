import { parseReceiverVariables } from '../contract/settings';
import { createKeySets } from '../forge/key-sets';
import { CLOCK_SKEW_SECONDS, createReplays, createVerifier } from '../forge/verify';
import { logLine, writeLines } from '../telemetry';
import { type Dependencies, handle } from './handler';
import { createReport } from './report';
import { createReadAhead, openSdkGate } from './sdk-gate';
import type { Services } from './services';

const settings = parseReceiverVariables(process.env);
const { isolatedCloud, clouds, keptKeySet, localApiOrigin } = settings;

const readServices = () => import('./services');
// If it fails, the call that needs it reports that.
const readAhead = createReadAhead(() => void readServices().catch(() => undefined));

// An hourly call is a cold start: the keys are on their way before the call is read.
const keys = createKeySets({
  url: settings.jwksUrl,
  onWaiting: readAhead.onWaiting,
  onUnusableKeys: (problems) => {
    const message = "Forge's key set has keys that can't be used. The others are.";
    writeLines(logLine('WARN', message, settings.remoteName, { problems: problems.slice(0, 10) }));
  },
  ...(keptKeySet && {
    readKept: async () => {
      openSdkGate();
      return (await import('./read-kept-key-set')).readKeptKeySet(keptKeySet);
    },
  }),
  useForMs: settings.trustKeysForHours * 3_600_000,
  ...(isolatedCloud && { isolated: isolatedCloud }),
  ...(clouds && { apart: Object.values(clouds) }),
});
void keys.prefetch().then(readAhead.onAnswer);

let services: Promise<Services> | undefined;

const dependencies: Dependencies = {
  routes: settings.routes,
  verify: createVerifier({
    keys,
    appId: settings.appId,
    environments: settings.environments,
    otherModules: {
      keys: new Set(Object.values(settings.routes).flatMap(({ modules = [] }) => modules)),
      shortKeys: new Set(settings.foreignModules),
    },
    onPlausible: readAhead.onPlausible,
    ...(localApiOrigin !== undefined && { localApiOrigin }),
  }),
  replays: createReplays(Date.now, CLOCK_SKEW_SECONDS),
  services: () => {
    openSdkGate();
    services ??= readServices().then(({ createServices }) => createServices(settings));
    return services;
  },
  dataResidency: () => import('../data-residency').then(({ dataResidency }) => dataResidency),
  settled: () => keys.settled(),
  report: createReport(settings.remoteName),
  now: Date.now,
};

/** The Lambda function behind the Function URL. */
export const handler = (event: unknown) => handle(event, dependencies);
