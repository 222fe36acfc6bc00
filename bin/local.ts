/**
 * npm run local: the whole path on this machine. Deploys with the real CDK CLI into an emulated AWS, runs the deployed
 * bundle behind a URL, and lets a simulated Forge call it. Needs no account and no network.
 */
import path from 'node:path';
import { isJwksUrl, JWKS_URL_ALLOWED } from '../lambda/contract/clouds';
import { APP_ARI } from '../lambda/contract/receiver-settings';
import { startAtlassian } from '../tools/emulator/atlassian/atlassian';
import { type SimulatedForge, startForge } from '../tools/emulator/forge/forge';
import { installRic } from '../tools/emulator/function-url/ric/install-ric';
import { ricRuntime } from '../tools/emulator/function-url/ric/ric-runtime';
import { codeOf, EXIT, messageOf, PROCESS_IO, parseOptions, tellError, UsageError } from './command';
import { type Backend, routeList, startBackend } from './local/backend';
import { LOCAL_STRATEGIES } from './local/deploy';
import { createSteps } from './local/steps';
import { scheduledCalls, summary, tellStory } from './local/story';
import { PROJECT_ROOT } from './project';

const USAGE = `Usage: npm run local -- [options]

Deploys into an emulated AWS and calls what was deployed, as Forge would.

  --serve            keep it up, call on an accelerated schedule, print one line of JSON on stdout
  --port <number>    port of the Function URL (default: any free one)
  --runtime <name>   what runs the functions: "node", the Node that runs this (default), or "ric", AWS's own runtime
                     interface client on Node 24, which npm installs into .local/runtime the first time
  --strategy <name>  how slots are kept: "single", one secret (default), or "dynamodb", a table
  --regions          a stage in two regions: default in us-east-1, EU in eu-central-1
  --jwks-url <url>   verify against this key set; the simulated Forge makes no calls then, and the worker rests
  --app-id <ari>     app id in place of the one in manifest.yml
  --help             show this text`;

/** Where AWS's runtime is kept. Shared by all runs. */
const RUNTIME_FOLDER = path.join(PROJECT_ROOT, '.local/runtime');
/** An accelerated hour, when serving. */
const HOUR_MS = 5_000;
/** Forge gives a new system token about every two hours. */
const HOURS_PER_TOKEN = 2;

/** What `--regions` deploys. */
const TWO_REGIONS = { default: 'us-east-1', EU: 'eu-central-1' };

function readFlags(argv: readonly string[]) {
  const values = parseOptions(argv, {
    serve: { type: 'boolean', default: false },
    port: { type: 'string' },
    runtime: { type: 'string', default: 'node' },
    strategy: { type: 'string', default: 'single' },
    regions: { type: 'boolean', default: false },
    'jwks-url': { type: 'string' },
    'app-id': { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  });
  const { serve, help, port, runtime, strategy: given, regions, 'jwks-url': jwksUrl, 'app-id': appId } = values;
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new UsageError(`--port is ${port}; allowed: a port number`);
  if (runtime !== 'node' && runtime !== 'ric') throw new UsageError(`--runtime is ${runtime}; allowed: node, ric`);
  const strategy = LOCAL_STRATEGIES.find((name) => name === given);
  if (!strategy) throw new UsageError(`--strategy is ${given}; allowed: ${LOCAL_STRATEGIES.join(', ')}`);
  if (appId !== undefined && !APP_ARI.test(appId)) {
    throw new UsageError(`--app-id is ${appId}; allowed: ari:cloud:ecosystem::app/<uuid>, the uuid in lower case`);
  }
  if (jwksUrl !== undefined && !isJwksUrl(jwksUrl)) {
    throw new UsageError(`--jwks-url is ${jwksUrl}; allowed: ${JWKS_URL_ALLOWED}`);
  }
  return {
    serve,
    help,
    runtime,
    strategy,
    regions,
    jwksUrl,
    appId,
    port: port === undefined ? undefined : Number(port),
  };
}

async function main(argv: readonly string[]): Promise<void> {
  const { serve, help, port, runtime, strategy, regions, jwksUrl, appId } = readFlags(argv);
  if (help) return console.log(USAGE);

  const ending: (() => unknown)[] = [];
  const abort = new AbortController();
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(abort.abort()));
  });
  // With --serve, stdout is for programs: people read stderr.
  const write = serve ? console.error : console.log;
  const steps = createSteps(write);
  const log: string[] = [];
  let forge: SimulatedForge | undefined;

  const run = async () => {
    const ric = runtime === 'ric' && (await installRic({ folder: RUNTIME_FOLDER, onInstall: write }));
    if (ric) steps.done("AWS's runtime interface client is there, and the Node that it runs on");
    const backend = await startBackend({
      project: PROJECT_ROOT,
      ...(port !== undefined && { port }),
      strategy,
      ...(regions && { regions: TWO_REGIONS }),
      ...(appId !== undefined && { appId }),
      ...(ric && { runtime: ricRuntime(ric) }),
      connect: async (id) => {
        if (jwksUrl !== undefined) return { jwksUrl };
        const isValid = async (bearer: string, cloudId: string) => (await forge?.isValid(bearer, cloudId)) ?? false;
        const atlassian = await startAtlassian({ isValid });
        ending.push(atlassian.stop);
        forge = await startForge({ appId: id, apiOrigin: atlassian.url });
        ending.push(forge.stop);
        return { jwksUrl: forge.jwksUrl, apiOrigin: atlassian.url };
      },
      onLog: (line) => (serve ? console.error(line) : log.push(line)),
      steps,
      signal: abort.signal,
      atEnd: (stop) => ending.push(stop),
    });
    if (serve) {
      console.log(JSON.stringify(describe(backend)));
      if (forge) {
        write(`The simulated Forge calls for installation ${forge.installation.uuid}.`);
        ending.push(callOnSchedule(backend, forge));
      }
      await interrupted;
    } else if (forge) {
      await tellStory(backend, forge, steps, log);
      write(summary(backend, log));
    } else {
      write(
        'The backend verifies against your key set, so the simulated Forge makes no calls. Keep it up with --serve.',
      );
    }
  };

  try {
    await Promise.race([run(), interrupted]);
  } finally {
    for (const stop of ending.reverse()) await stop();
  }
}

const describe = ({ functionUrl, aws, outputs, appId, manifest }: Backend) => ({
  functionUrl,
  awsEndpointUrl: aws.url,
  slotArn: outputs.slotArn,
  appId,
  routes: routeList(manifest),
});

/** Calls every scheduled trigger each accelerated hour, at once first. Answers with what ends it. */
function callOnSchedule({ manifest }: Backend, forge: SimulatedForge): () => void {
  let hours = 0;
  const fire = () => {
    if (hours > 0 && hours % HOURS_PER_TOKEN === 0) forge.rotateSystemToken();
    hours += 1;
    for (const call of scheduledCalls(manifest)) {
      forge.call(call).then(
        ({ status, body }) => console.error(`Hour ${hours}: ${call.url} answered ${status} ${body}`),
        (error) => console.error(`Hour ${hours}: ${call.url} did not answer: ${error.message}`),
      );
    }
  };
  fire();
  const timer = setInterval(fire, HOUR_MS);
  return () => clearInterval(timer);
}

main(process.argv.slice(2)).then(
  () => process.exit(EXIT.ok),
  (error: unknown) => {
    const taken = codeOf(error) === 'EADDRINUSE';
    const told = taken ? new Error(`The port of --port is taken (${messageOf(error)}). Choose another one.`) : error;
    process.exit(tellError(told, USAGE, PROCESS_IO));
  },
);
