/**
 * npm run local: the whole backend on this machine. Deploys it with the real CDK CLI into an emulated AWS, runs the
 * deployed bundle behind a URL, and lets a simulated Forge call it. Needs no account and no network.
 */
import path from 'node:path';
import { APP_ARI, FORGE_JWKS_URL, isJwksUrl, JWKS_URL_ALLOWED } from '../lambda/contract/settings';
import { STRATEGIES } from '../lib/config';
import { type AnsweredCall, linesFor } from '../tools/emulator/atlassian/answers';
import { startAtlassian } from '../tools/emulator/atlassian/atlassian';
import { type SimulatedForge, startForge } from '../tools/emulator/forge/forge';
import { installRic } from '../tools/emulator/function-url/ric/install-ric';
import { ricRuntime } from '../tools/emulator/function-url/ric/ric-runtime';
import {
  codeOf,
  EXIT,
  endWithReader,
  hasColour,
  messageOf,
  PROCESS_IO,
  parseOptions,
  reportError,
  UsageError,
} from './command';
import { type Backend, routeList, startBackend } from './local/backend';
import { startFireServer } from './local/fire';
import {
  pointManifest,
  REAL_ENVIRONMENT,
  recoverManifest,
  refusePublicUrl,
  refuseUnregistered,
  TUNNEL_PORT,
  tunnelProblem,
} from './local/real-forge';
import { callOnSchedule } from './local/schedule';
import { createSteps } from './local/steps';
import { runStory, summary } from './local/story';
import { watchProject } from './local/watch';
import { createLines, parseEntry } from './logs/lines';
import { ANSWERS_FILE, loadAnswers, MANIFEST_FILE, PROJECT_ROOT, parseManifestFile } from './project';

const USAGE = `Usage: npm run local -- [options]

Deploys a stage of config.ts into an emulated AWS, and calls it as Forge would.

  --serve            keep running and call on an accelerated schedule. Prints one line of JSON on stdout, and on stderr
                     how to fire a trigger yourself
  --watch            like --serve, and apply changes: of lambda/job.ts at once, of config.ts, manifest.yml and lib/ by
                     another "cdk deploy". Queue, slots and URL stay
  --json             show the functions' lines as JSON, as they wrote them; also when the output is piped
  --port <number>    port of the Function URL (default: any free one)
  --runtime <name>   what runs the functions: "node", this Node (default), or "ric", AWS's runtime interface client on
                     Node 24, which npm installs into .local/runtime the first time
  --stage <name>     stage of config.ts to deploy (default: the first one)
  --strategy <name>  use this slot strategy instead of the stage's: "single", "perInstallation" or "dynamodb"
  --regions          deploy to two regions instead of the stage's: default in us-east-1, EU in eu-central-1
  --answers <file>   Atlassian's answers to the job (default: ${ANSWERS_FILE})
  --forge <name>     who calls: "simulated" (default), or "real": Forge itself calls the app's development environment
                     through your own tunnel. Needs --serve; see docs/real-forge.md
  --public-url <url> with --forge real: the https:// address of your tunnel to --port (default then: ${TUNNEL_PORT})
  --call-atlassian   with --forge real: run the job, with real tokens and the real Atlassian
  --jwks-url <url>   verify tokens against this key set. The simulated Forge then makes no calls, and no job runs
  --app-id <ari>     use this app id instead of the one in manifest.yml
  --help             show this text

Exit status: 0 everything worked, 1 something failed, 2 wrong command line.`;

/** Explains the refusal at the end of the log above it. */
const ALL_WELL = '\nEverything worked. The refused call is the one with the forged token.';

/** AWS's runtime interface client. All runs share it. */
const RUNTIME_FOLDER = path.join(PROJECT_ROOT, '.local/runtime');

/** The regions of `--regions`. */
const TWO_REGIONS = { default: 'us-east-1', EU: 'eu-central-1' };

function readFlags(argv: readonly string[]) {
  const values = parseOptions(argv, {
    serve: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    port: { type: 'string' },
    runtime: { type: 'string', default: 'node' },
    stage: { type: 'string' },
    strategy: { type: 'string' },
    answers: { type: 'string' },
    regions: { type: 'boolean', default: false },
    forge: { type: 'string', default: 'simulated' },
    'public-url': { type: 'string' },
    'call-atlassian': { type: 'boolean', default: false },
    'jwks-url': { type: 'string' },
    'app-id': { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  });
  const {
    serve: givenServe,
    watch,
    json,
    help,
    port,
    runtime,
    stage,
    answers,
    strategy: given,
    regions,
    forge,
    'public-url': publicUrl,
    'call-atlassian': callAtlassian,
    'jwks-url': jwksUrl,
    'app-id': appId,
  } = values;
  if (forge !== 'simulated' && forge !== 'real') throw new UsageError(`--forge is ${forge}; allowed: simulated, real`);
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new UsageError(`--port is ${port}; allowed: a port number`);
  if (runtime !== 'node' && runtime !== 'ric') throw new UsageError(`--runtime is ${runtime}; allowed: node, ric`);
  const strategy = STRATEGIES.find((name) => name === given);
  if (given !== undefined && !strategy) {
    throw new UsageError(`--strategy is ${given}; allowed: ${STRATEGIES.join(', ')}`);
  }
  if (appId !== undefined && !APP_ARI.test(appId)) {
    throw new UsageError(`--app-id is ${appId}; allowed: ari:cloud:ecosystem::app/<uuid>, the uuid in lower case`);
  }
  if (jwksUrl !== undefined && !isJwksUrl(jwksUrl)) {
    throw new UsageError(`--jwks-url is ${jwksUrl}; allowed: ${JWKS_URL_ALLOWED}`);
  }
  const real = forge === 'real';
  if (!real && (publicUrl !== undefined || callAtlassian)) {
    throw new UsageError(`--${callAtlassian ? 'call-atlassian' : 'public-url'} needs --forge real`);
  }
  if (real && !(givenServe || watch)) throw new UsageError('--forge real waits for calls: add --serve or --watch');
  if (real && publicUrl === undefined) {
    throw new UsageError('--public-url is missing; allowed: the https:// address of your tunnel, which Forge calls');
  }
  const simulatedOnly = { 'app-id': appId, answers, regions: regions || undefined };
  const [misplaced] = Object.entries(simulatedOnly).find(([, value]) => value !== undefined) ?? [];
  if (real && misplaced !== undefined) {
    throw new UsageError(`--${misplaced} can't be used with --forge real`);
  }
  return {
    serve: givenServe || watch,
    watch,
    json,
    help,
    runtime,
    stage,
    answers,
    strategy,
    regions,
    real,
    publicUrl: publicUrl ?? '',
    callAtlassian,
    jwksUrl,
    appId,
    port: port === undefined ? undefined : Number(port),
  };
}

/** @returns exit status */
async function main(argv: readonly string[]): Promise<number> {
  const flags = readFlags(argv);
  const { serve, watch, json, help, port, runtime, stage, answers, strategy, regions, jwksUrl, appId } = flags;
  const { real, publicUrl, callAtlassian } = flags;
  if (help) {
    PROCESS_IO.out(USAGE);
    return EXIT.ok;
  }

  if (real) {
    for (const line of recoverManifest(PROJECT_ROOT, process.env)) PROCESS_IO.err(line);
    refusePublicUrl(publicUrl);
  }
  const manifestAtStart = parseManifestFile(MANIFEST_FILE, PROJECT_ROOT, 'Run this in a project.');
  if (real) refuseUnregistered(manifestAtStart);

  const cleanups: (() => unknown)[] = [];
  const abort = new AbortController();
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(abort.abort()));
  });
  // With --serve, stdout is one line of JSON for programs, and people read stderr.
  const write = serve ? PROCESS_IO.err : PROCESS_IO.out;
  const steps = createSteps(write);
  const log: string[] = [];
  const unanswered = new Set<string>();
  const onUnanswered = (call: Pick<AnsweredCall, 'method' | 'path'>) => {
    const line = linesFor(call);
    if (serve && !unanswered.has(line))
      write(`The job made a call that ${ANSWERS_FILE} has no answer for. Add it:\n${line}`);
    unanswered.add(line);
  };
  const isTerminal = (serve ? process.stderr : process.stdout).isTTY === true;
  const forPeople = !json && isTerminal;
  const toText = createLines({ colour: isTerminal && hasColour(process.env) });
  /** A line of a function's log: formatted on a terminal, or as JSON. */
  const formatLine = (line: string): string[] => {
    const entry = parseEntry(Date.now(), line);
    if (!forPeople) return [entry?.text ?? line];
    // What the job prints itself stays as it is. Metrics are left out.
    return entry ? toText(entry).split('\n') : line.startsWith('{"_aws"') ? [] : [line];
  };
  let forge: SimulatedForge | undefined;

  const run = async () => {
    const ric = runtime === 'ric' && (await installRic({ folder: RUNTIME_FOLDER, onInstall: write }));
    if (ric) steps.done("AWS's runtime interface client and its Node are installed");
    const backend = await startBackend({
      project: PROJECT_ROOT,
      manifest: manifestAtStart,
      ...(port !== undefined && { port }),
      ...(real && { port: port ?? TUNNEL_PORT, publicUrl, environment: REAL_ENVIRONMENT }),
      ...(stage !== undefined && { stage }),
      ...(strategy !== undefined && { strategy }),
      ...(regions && { regions: TWO_REGIONS }),
      ...(appId !== undefined && { appId }),
      ...(ric && { runtime: ricRuntime(ric) }),
      connect: async ({ appId: id, environment, product }) => {
        if (real) {
          return {
            jwksUrl: jwksUrl ?? FORGE_JWKS_URL,
            runJobs: callAtlassian,
            description: `An emulated AWS is up on 127.0.0.1. Calls are verified with ${jwksUrl === undefined ? "Forge's own keys" : `the keys at ${jwksUrl}, not Forge's`}`,
          };
        }
        if (jwksUrl !== undefined) return { jwksUrl };
        const isValid = async (bearer: string, cloudId: string) => (await forge?.isValid(bearer, cloudId)) ?? false;
        const atlassian = await startAtlassian({ isValid, answers: loadAnswers(PROJECT_ROOT, answers), onUnanswered });
        cleanups.push(atlassian.stop);
        forge = await startForge({ appId: id, environment, product, apiOrigin: atlassian.url });
        cleanups.push(forge.stop);
        return { jwksUrl: forge.jwksUrl, apiOrigin: atlassian.url };
      },
      onLog: serve ? (line) => formatLine(line).forEach(write) : (line) => log.push(line),
      steps,
      signal: abort.signal,
      addCleanup: (stop) => cleanups.push(stop),
    });
    if (serve) {
      const fireServer = forge && (await startFireServer(backend, forge));
      if (fireServer) cleanups.push(fireServer.stop);
      PROCESS_IO.out(
        JSON.stringify({
          ...describe(backend),
          ...(real && { publicUrl }),
          ...(forge && { installation: forge.installation.uuid }),
          ...(fireServer && { fireUrl: fireServer.url }),
        }),
      );
      if (forge && fireServer) {
        write(`The simulated Forge calls for installation ${forge.installation.uuid}. To fire a trigger yourself:`);
        for (const command of fireServer.commands) write(`  ${command}`);
        cleanups.push(callOnSchedule(backend, forge, write));
      }
      if (real) await letForgeCall(backend);
      if (watch) {
        const runsJobs = (forge !== undefined || callAtlassian) && backend.stage.worker !== false;
        cleanups.push(await watchBackend(backend, runsJobs, write));
      }
      await interrupted;
    } else if (forge) {
      await runStory(backend, forge, steps, { log, unanswered });
      write(summary(backend, log.flatMap(formatLine)));
      if (steps.failures === 0) write(ALL_WELL);
    } else {
      write(
        'The backend verifies against your key set, so the simulated Forge makes no calls. Keep it running with --serve.',
      );
    }
  };

  /** Writes the public URL into manifest.yml until the end, and prints what the developer does next. */
  const letForgeCall = async ({ manifest, functionUrl }: Backend) => {
    const { shortestIntervalMinutes: minutes } = manifest;
    const environment = process.env;
    const remoteKey = manifest.remote.key;
    const pointed = pointManifest(PROJECT_ROOT, { manifest: manifestAtStart, publicUrl, remoteKey, environment });
    cleanups.push(() => {
      for (const line of pointed.restore()) write(line);
    });
    const problem = await tunnelProblem(publicUrl);
    if (problem === undefined) steps.done(`${publicUrl} leads here: the refusal above is of the call that checked it`);
    else steps.note(`${publicUrl} doesn't lead here yet: ${problem}. Point your tunnel at ${functionUrl}`);
    steps.note(
      callAtlassian
        ? 'The job runs with real tokens, and calls the real Atlassian'
        : "The job doesn't run, because it would call the real Atlassian. --call-atlassian runs it",
    );
    steps.note(
      'A public URL that is new to Forge makes a new major version of the development environment only: upgrade each site there once',
    );
    write('Next, in another terminal:');
    for (const line of pointed.next) write(`  ${line}`);
    write(
      `Then wait for the schedule (at most ${minutes} minutes), or reinstall: Forge sends the installed event at once. Ctrl-C ends it.`,
    );
  };

  try {
    await Promise.race([run(), interrupted]);
  } finally {
    for (const stop of cleanups.reverse()) await stop();
  }
  return steps.failures === 0 ? EXIT.ok : EXIT.failed;
}

/** Applies changes of the project, and reports each. */
const watchBackend = (
  { outputs, replaceWorker, redeploy }: Backend,
  runsJobs: boolean,
  write: (line: string) => void,
) =>
  watchProject({
    project: PROJECT_ROOT,
    ...(runsJobs && {
      job: {
        service: outputs.slotArn.includes(':table/') ? 'dynamodb' : 'secretsmanager',
        replace: replaceWorker,
      },
    }),
    deploy: redeploy,
    write,
  });

const describe = ({ functionUrl, aws, outputs, appId, stage, manifest }: Backend) => ({
  stage: stage.name,
  functionUrl,
  awsEndpointUrl: aws.url,
  slotArn: outputs.slotArn,
  appId,
  routes: routeList(manifest),
});

endWithReader();
main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    const taken = codeOf(error) === 'EADDRINUSE';
    const shown = taken ? new Error(`The port of --port is in use (${messageOf(error)}). Choose another one.`) : error;
    process.exit(reportError(shown, USAGE, PROCESS_IO));
  },
);
