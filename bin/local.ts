/**
 * npm run local: the whole path on this machine. Deploys with the real CDK CLI into an emulated AWS, runs the deployed
 * bundle behind a URL, and lets a simulated Forge call it. Needs no account and no network.
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
  tellError,
  UsageError,
} from './command';
import { ANSWERS_FILE, loadAnswers } from './local/answers';
import { type Backend, routeList, startBackend } from './local/backend';
import { startFireServer } from './local/fire';
import {
  pointManifest,
  REAL_ENVIRONMENT,
  recoverManifest,
  refuseUnready,
  TUNNEL_PORT,
  tunnelProblem,
} from './local/real-forge';
import { callOnSchedule } from './local/schedule';
import { createSteps } from './local/steps';
import { summary, tellStory } from './local/story';
import { watchProject } from './local/watch';
import { createLines, parseEntry } from './logs/lines';
import { PROJECT_ROOT } from './project';

const USAGE = `Usage: npm run local -- [options]

Deploys a stage of config.ts into an emulated AWS and calls what was deployed, as Forge would.

  --serve            keep it up, call on an accelerated schedule, print one line of JSON on stdout, and on stderr how
                     to fire a trigger yourself
  --watch            --serve, and a change of lambda/job.ts is in force at once, one of config.ts, manifest.yml or lib/
                     after a new "cdk deploy"; queue, slots and URL stay
  --json             the functions' lines as they wrote them; so it is, too, with --serve where stderr is no terminal
  --port <number>    port of the Function URL (default: any free one)
  --runtime <name>   what runs the functions: "node", the Node that runs this (default), or "ric", AWS's own runtime
                     interface client on Node 24, which npm installs into .local/runtime the first time
  --stage <name>     stage in config.ts that is deployed (default: the first one)
  --strategy <name>  how slots are kept, in place of what config.ts says: "single", "perInstallation" or "dynamodb"
  --regions          the stage in two regions, default in us-east-1 and EU in eu-central-1, in place of its own
  --answers <file>   what Atlassian answers to the job (default: test/own/atlassian.ts)
  --forge <name>     who calls: "simulated" (default), or "real": Forge itself, for the app's development environment,
                     with --serve, through a tunnel of yours: see docs/real-forge.md
  --public-url <url> with --forge real: the https:// address at which your tunnel leads to --port (${TUNNEL_PORT} then)
  --call-atlassian   with --forge real: run the job, with the real token and the real Atlassian
  --jwks-url <url>   verify against this key set; the simulated Forge makes no calls then, and the worker rests
  --app-id <ari>     app id in place of the one in manifest.yml
  --help             show this text

Exit status: 0 everything went as it should, 1 something didn't, 2 a wrong command line.`;

/** The log above it ends with a refusal. */
const ALL_WELL = '\nAll went as it should. The call that was refused is the one of the stranger.';

/** Where AWS's runtime is kept. Shared by all runs. */
const RUNTIME_FOLDER = path.join(PROJECT_ROOT, '.local/runtime');

/** What `--regions` deploys. */
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
    throw new UsageError(
      `--${callAtlassian ? 'call-atlassian' : 'public-url'} is for the real Forge: add --forge real`,
    );
  }
  if (real && !(givenServe || watch)) throw new UsageError('--forge real waits for calls: add --serve, or --watch');
  if (real && publicUrl === undefined) {
    throw new UsageError('--public-url is missing; allowed: the https:// address of your tunnel. Forge calls it');
  }
  const simulatedOnly = { 'app-id': appId, answers, regions: regions || undefined };
  const [misplaced] = Object.entries(simulatedOnly).find(([, value]) => value !== undefined) ?? [];
  if (real && misplaced !== undefined) {
    throw new UsageError(`--${misplaced} is for the simulated Forge; leave it out with --forge real`);
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
    refuseUnready(PROJECT_ROOT, publicUrl);
  }

  const ending: (() => unknown)[] = [];
  const abort = new AbortController();
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(abort.abort()));
  });
  // With --serve, stdout is for programs: people read stderr.
  const write = serve ? PROCESS_IO.err : PROCESS_IO.out;
  const steps = createSteps(write);
  const log: string[] = [];
  const unanswered = new Set<string>();
  const onUnanswered = (call: Pick<AnsweredCall, 'method' | 'path'>) => {
    const line = linesFor(call);
    if (serve && !unanswered.has(line))
      write(`The job called what has no answer in ${ANSWERS_FILE}. Put it there:\n${line}`);
    unanswered.add(line);
  };
  const isTerminal = (serve ? process.stderr : process.stdout).isTTY === true;
  // Without --serve they are part of a summary, which people read wherever it is written to.
  const forPeople = !json && (isTerminal || !serve);
  const toText = createLines({ colour: isTerminal && hasColour(process.env) });
  /** For a person on a terminal, or for a program: as the functions wrote it. */
  const shownLine = (line: string): string[] => {
    const entry = parseEntry(Date.now(), line);
    if (!forPeople) return [entry?.text ?? line];
    // Whatever the job prints itself is shown as it is; metrics are for machines.
    return entry ? toText(entry).split('\n') : line.startsWith('{"_aws"') ? [] : [line];
  };
  let forge: SimulatedForge | undefined;

  const run = async () => {
    const ric = runtime === 'ric' && (await installRic({ folder: RUNTIME_FOLDER, onInstall: write }));
    if (ric) steps.done("AWS's runtime interface client is there, and the Node that it runs on");
    const backend = await startBackend({
      project: PROJECT_ROOT,
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
            told: `An emulated AWS is up on 127.0.0.1. Calls are verified with ${jwksUrl === undefined ? "Forge's own keys" : `the keys at ${jwksUrl}, not Forge's`}`,
          };
        }
        if (jwksUrl !== undefined) return { jwksUrl };
        const isValid = async (bearer: string, cloudId: string) => (await forge?.isValid(bearer, cloudId)) ?? false;
        const atlassian = await startAtlassian({ isValid, answers: loadAnswers(PROJECT_ROOT, answers), onUnanswered });
        ending.push(atlassian.stop);
        forge = await startForge({ appId: id, environment, product, apiOrigin: atlassian.url });
        ending.push(forge.stop);
        return { jwksUrl: forge.jwksUrl, apiOrigin: atlassian.url };
      },
      onLog: serve ? (line) => shownLine(line).forEach(write) : (line) => log.push(line),
      steps,
      signal: abort.signal,
      atEnd: (stop) => ending.push(stop),
    });
    if (serve) {
      const fireServer = forge && (await startFireServer(backend, forge));
      if (fireServer) ending.push(fireServer.stop);
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
        ending.push(callOnSchedule(backend, forge, write));
      }
      if (real) await letForgeCall(backend);
      if (watch) {
        const runsJobs = (forge !== undefined || callAtlassian) && backend.stage.worker !== false;
        ending.push(await watchBackend(backend, runsJobs, write));
      }
      await interrupted;
    } else if (forge) {
      await tellStory(backend, forge, steps, { log, unanswered });
      write(summary(backend, log.flatMap(shownLine)));
      if (steps.failures === 0) write(ALL_WELL);
    } else {
      write(
        'The backend verifies against your key set, so the simulated Forge makes no calls. Keep it up with --serve.',
      );
    }
  };

  /** Says what the developer does now, and has manifest.yml say the public URL until the end. */
  const letForgeCall = async ({ manifest, functionUrl }: Backend) => {
    const { shortestIntervalMinutes: minutes } = manifest;
    const environment = process.env;
    const pointed = pointManifest(PROJECT_ROOT, { publicUrl, remoteKey: manifest.remote.key, environment });
    ending.push(() => {
      for (const line of pointed.restore()) write(line);
    });
    const problem = await tunnelProblem(publicUrl);
    if (problem === undefined) steps.done(`${publicUrl} leads here: what was refused just now asked for that`);
    else steps.note(`${publicUrl} doesn't lead here yet: ${problem}. Point your tunnel at ${functionUrl}`);
    steps.note(
      callAtlassian
        ? 'The job runs with real tokens, and calls the real Atlassian'
        : "The job doesn't run, since its calls would reach the real Atlassian. With --call-atlassian they do",
    );
    steps.note(
      'A public URL that Forge has not seen is a new major version, of the development environment only: each site there has to be upgraded once',
    );
    write('Next, in another terminal:');
    for (const line of pointed.next) write(`  ${line}`);
    write(
      `Then wait for the schedule, at most ${minutes} minutes, or reinstall: the installed event comes at once. Ctrl-C ends it.`,
    );
  };

  try {
    await Promise.race([run(), interrupted]);
  } finally {
    for (const stop of ending.reverse()) await stop();
  }
  return steps.failures === 0 ? EXIT.ok : EXIT.failed;
}

/** Puts what changes into force, and says so. */
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
    const told = taken ? new Error(`The port of --port is taken (${messageOf(error)}). Choose another one.`) : error;
    process.exit(tellError(told, USAGE, PROCESS_IO));
  },
);
