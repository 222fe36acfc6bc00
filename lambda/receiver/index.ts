import { parseReceiverVariables } from '../contract/environment';
import { createKeySets } from '../forge/key-sets';
import { createSeenTokens } from '../forge/seen-tokens';
import { CLOCK_SKEW_SECONDS, createVerifier } from '../forge/verify';
import { type Dependencies, handle } from './handler';
import { createReport } from './report';

const settings = parseReceiverVariables(process.env);

// An hourly call is a cold start: the keys are on their way before the call is read.
const keys = createKeySets({
  url: settings.jwksUrl,
  useForMs: settings.trustKeysForHours * 3_600_000,
  ...(settings.isolatedCloud && { isolatedUrlTemplate: settings.isolatedCloud.jwksUrlTemplate }),
});
keys.prefetch();

let writer: ReturnType<Dependencies['writer']> | undefined;

/** Loads the AWS SDK, once, at the first call that is proven: a refused one never pays for it. */
async function loadWriter() {
  const [{ createSecretsManagerClient, createSecretStore }, { createSlotWriter }] = await Promise.all([
    import('../slots/secret-store'),
    import('../slots/write-newest'),
  ]);
  return createSlotWriter(createSecretStore(createSecretsManagerClient(), settings.slotArn));
}

const dependencies: Dependencies = {
  routes: settings.routes,
  verify: createVerifier({
    keys,
    appId: settings.appId,
    environments: settings.environments,
    ...(settings.isolatedCloud && { isolatedApiHosts: settings.isolatedCloud.apiHosts }),
  }),
  seen: createSeenTokens(Date.now, CLOCK_SKEW_SECONDS),
  writer: () => {
    writer ??= loadWriter();
    return writer;
  },
  report: createReport(settings.remoteName),
  now: Date.now,
};

/** The Lambda function behind the Function URL. */
export const handler = (event: unknown) => handle(event, dependencies);
