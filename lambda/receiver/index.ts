import { type KeptKeySetLocation, parseReceiverVariables } from '../contract/settings';
import { parseKeptKeySet } from '../forge/fetch-keys';
import { commercialKeys, createKeySet, type KeySetOptions } from '../forge/key-set';
import { CLOCK_SKEW_SECONDS, createReplays, createVerifier } from '../forge/verify';
import { logLine, writeLines } from '../telemetry';
import { type Dependencies, handle } from './handler';
import { createReport } from './report';
import type { Services } from './services';

const settings = parseReceiverVariables(process.env);
const { keptKeySet, localApiOrigin } = settings;

let openSdkGate = () => {};
globalThis.sdkGate = new Promise((resolve) => {
  openSdkGate = resolve;
});
const readServices = () => import('./services');

const createKeys = (url: string, more: Partial<KeySetOptions> = {}) =>
  createKeySet({
    url,
    // Reading code keeps the process busy: sooner, it would delay the request for the keys; later, the call itself. A
    // failure shows in the call that needs the services.
    onWaiting: () => void readServices().catch(() => undefined),
    onUnusableKeys: (problems) => {
      const message = "Forge's key set has keys that can't be used. The others are used.";
      writeLines(logLine('WARN', message, settings.remoteName, { problems: problems.slice(0, 10) }));
    },
    useForMs: settings.trustKeysForHours * 3_600_000,
    ...more,
  });

async function readKept(location: KeptKeySetLocation) {
  openSdkGate();
  const { readKeptKeySet } = await import('./read-kept-key-set');
  return parseKeptKeySet(await readKeptKeySet(location));
}

// Hourly calls are cold starts: the keys are fetched before the call is read.
const commercial = createKeys(settings.jwksUrl, keptKeySet && { readKept: () => readKept(keptKeySet) });
void commercial.prefetch();

const keys =
  settings.isolatedCloud || settings.clouds
    ? (await import('../forge/clouds')).createCloudKeys(commercial, createKeys, settings)
    : commercialKeys(commercial);

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
    ...(localApiOrigin !== undefined && { localApiOrigin }),
  }),
  replays: createReplays(Date.now, CLOCK_SKEW_SECONDS),
  services: () => {
    openSdkGate();
    services ??= readServices().then(({ createServices }) => createServices(settings));
    return services;
  },
  dataResidency: () => import('../data-residency').then(({ dataResidency }) => dataResidency),
  settled: keys.settled,
  report: createReport(settings.remoteName),
  now: Date.now,
};

/** The Lambda function behind the Function URL. */
export const handler = (event: unknown) => handle(event, dependencies);
