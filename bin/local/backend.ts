import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RECEIVER_ENV } from '../../lambda/contract/settings';
import type { Stage } from '../../lib/config';
import { readAppId, scopesIn, setAppId } from '../../lib/manifest/app';
import { type ManifestDocument, parseManifest } from '../../lib/manifest/document';
import { type Manifest, routesOf } from '../../lib/manifest/model';
import { readManifest } from '../../lib/manifest/read';
import { DEFAULT_REGION } from '../../lib/manifest/regions';
import { findStage, type StageOutputs } from '../../lib/stack-outputs';
import { regionsOf } from '../../lib/stage-stacks';
import type { EventSourceMapping } from '../../tools/emulator/aws/event-source-mappings';
import type { DeployedFunction } from '../../tools/emulator/aws/lambda';
import { type EmulatedAws, type EmulatedRegion, startAws } from '../../tools/emulator/aws/server';
import { type FunctionProcess, startFunction, zipOf } from '../../tools/emulator/function-url/function-process';
import type { Runtime } from '../../tools/emulator/function-url/runtime';
import { startFunctionUrl } from '../../tools/emulator/function-url/server';
import { startEventSource } from '../../tools/emulator/queue/event-source';
import { messageOf } from '../command';
import { setBaseUrl } from '../manifest/editing/set-base-url';
import { CONFIG_FILE, MANIFEST_COPY, MANIFEST_FILE, readConfig, selectStages } from '../project';
import { productOf } from '../setup/scopes';
import { deployLocally } from './deploy';
import { differences, type Strategy } from './stage';
import type { Steps } from './steps';

export interface BackendOptions {
  /** Folder of the project that is deployed: its manifest.yml, its code. */
  readonly project: string;
  /** Port of the Function URL, that of the default region. @default any free one */
  readonly port?: number;
  /** Name of the stage in config.ts. @default the first one there */
  readonly stage?: string;
  /** AWS regions by Forge's keys, with the default first. @default as config.ts says */
  readonly regions?: Readonly<Record<string, string>>;
  /** How slots are kept. @default as config.ts says */
  readonly strategy?: Strategy;
  /** The only Forge environment that is served. @default those of the stage */
  readonly environment?: string;
  /** Where Forge reaches the Function URL of the default region. @default there */
  readonly publicUrl?: string;
  /** @default app.id in manifest.yml */
  readonly appId?: string;
  /** What runs the functions. @default this Node */
  readonly runtime?: Runtime;
  /** Gives what the backend talks to, once it is known for which app. */
  readonly connect: (app: ServedApp) => Promise<Surroundings>;
  /** Gets each line that the function logs. */
  readonly onLog: (line: string) => void;
  /** Shows how far it is. */
  readonly steps: Steps;
  readonly signal: AbortSignal;
  /** Takes what has to be done at the end, in reverse order. */
  readonly atEnd: (stop: () => unknown) => void;
}

/** The app that the backend serves. */
export interface ServedApp {
  readonly appId: string;
  /** A Forge environment that the stage serves. */
  readonly environment: string;
  /** What the app is installed into, by its scopes. */
  readonly product: string;
}

/** What the backend talks to, beside AWS. */
export interface Surroundings {
  /** The key set that invocation tokens are verified with. */
  readonly jwksUrl: string;
  /** Origin of the simulated API of Atlassian. Absent: the real one. */
  readonly apiOrigin?: string;
  /** Whether the worker runs the job. @default only with a simulated API, since its calls would leave this machine */
  readonly runJobs?: boolean;
  /** What is up now, for a person. */
  readonly told?: string;
}

/** The backend as it was deployed, and as its manifest describes it. */
export interface Backend {
  readonly aws: EmulatedAws;
  /** That of the default region. */
  readonly functionUrl: string;
  readonly appId: string;
  readonly stage: Stage;
  /** As it was deployed last. */
  readonly manifest: Manifest;
  readonly outputs: StageOutputs;
  /** Puts other code in the worker's place, for the messages that come from now on. @throws {Error} when it can't be loaded */
  readonly replaceWorker: (files: Readonly<Record<string, Uint8Array>>) => Promise<void>;
  /**
   * Deploys config.ts, manifest.yml and lib/ as they are now. URL, slots and queues stay.
   *
   * @throws {Error} that says what is wrong with them; what was deployed before goes on
   */
  readonly redeploy: () => Promise<void>;
  /** Settles when the worker has nothing to do. */
  readonly workerIdle: () => Promise<void>;
  /** The line of the manifest that changed, before and after. */
  readonly manifestDiff: readonly string[];
}

/** Deploys into an emulated AWS, runs what was deployed behind a URL, and writes that URL into a copy of manifest.yml. */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { steps, atEnd, signal, onLog } = options;
  const folder = mkdtempSync(path.join(tmpdir(), 'forge-remote-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));

  const config = readConfig(CONFIG_FILE, options.project);
  const [stage] = selectStages(config, options.stage, CONFIG_FILE);
  const all = options.regions ?? regionsOf(stage);
  // A tunnel leads to one place.
  const regions = options.publicUrl === undefined ? all : { [DEFAULT_REGION]: all[DEFAULT_REGION] ?? '' };
  const servers = new Map<string, Awaited<ReturnType<typeof startFunctionUrl>>>();
  for (const [key, region] of Object.entries(regions)) {
    const server = await startFunctionUrl(
      key === DEFAULT_REGION && options.port !== undefined ? { port: options.port } : {},
    );
    atEnd(server.stop);
    servers.set(region, server);
  }
  const urlIn = (region: string | undefined) => servers.get(region ?? '')?.url ?? '';
  const publicHost = options.publicUrl === undefined ? [] : [new URL(options.publicUrl).hostname];
  /** As AWS tells it: whoever reads the stack's outputs finds the way that Forge takes. */
  const toldUrlIn = (region: string) =>
    options.publicUrl !== undefined && region === regions[DEFAULT_REGION] ? `${options.publicUrl}/` : urlIn(region);
  const aws = await startAws({
    // A function of the fork's own may have a URL as well. Nobody answers there.
    functionUrl: (name, region) =>
      name.includes(RECEIVER_ID) ? toldUrlIn(region) : `https://${name.toLowerCase()}.lambda-url.invalid/`,
    // The stage's own, so that its deployment can be rehearsed there.
    ...(stage.account !== undefined && { accountId: stage.account }),
    onNote: (line) => steps.note(line),
    run: runOnce,
  });
  atEnd(aws.stop);
  const functionUrl = urlIn(regions[DEFAULT_REGION]);

  const { manifestFile, copy, appId, product } = copyManifest(options.project, folder, options.appId);
  const {
    told = 'An AWS, a Forge and an Atlassian API, all emulated, are up on 127.0.0.1',
    runJobs,
    ...surroundings
  } = await options.connect({ appId, environment: options.environment ?? stage.environments[0] ?? '', product });
  steps.done(told);

  const deploy = async () => {
    const outputsFile = await deployLocally({
      project: options.project,
      awsEndpointUrl: aws.url,
      stage: stage.name,
      manifestFile,
      regions,
      folder,
      signal,
      ...(options.strategy !== undefined && { strategy: options.strategy }),
      ...(options.environment !== undefined && { environment: options.environment }),
      ...surroundings,
    });
    return findStage(readFileSync(outputsFile, 'utf8'), { appId, file: outputsFile, domains: publicHost });
  };
  const outputs = await deploy();
  const places = Object.values(regions);
  steps.done(
    `The real "cdk deploy" has deployed the stage ${stage.name} of ${CONFIG_FILE} into it` +
      `${places.length > 1 ? `, in ${places.join(' and ')}` : ''}`,
  );
  for (const line of differences(stage)) steps.note(line);

  const idle: (() => Promise<void>)[] = [];
  const functions: ReplaceableFunction[] = [];
  for (const [region, server] of servers) {
    const place = aws.region(region);
    const receiver = await startReplaceable(place, isReceiver);
    server.attach(receiver.invoke, () => place.urlIsPublic(receiver.name));
    steps.done(`The deployed bundle (${Math.ceil(receiver.codeSizeBytes / 1024)} KB) answers at ${server.url}`);
    if (runJobs ?? surroundings.apiOrigin !== undefined) {
      for (const mapping of place.eventSourceMappings()) idle.push(await startReader(place, mapping));
    }
  }
  const workerIdle = async () => {
    await Promise.all(idle.map((settle) => settle()));
  };

  /** Runs the function of a custom resource, as CloudFormation does. */
  async function runOnce(deployed: DeployedFunction, event: unknown): Promise<unknown> {
    const running = await startFunction({ zip: deployed.zip, config: deployed, awsEndpointUrl: aws.url, onLog });
    try {
      return await running.invoke(event);
    } finally {
      await running.stop();
    }
  }

  /** Starts a deployed function so that other code can take its place: calls that are under way end as they began. */
  async function startReplaceable(
    place: EmulatedRegion,
    is: (deployed: DeployedFunction) => boolean,
  ): Promise<ReplaceableFunction> {
    const deployed = place.functionNames().map(place.deployedFunction).find(is);
    if (!deployed) throw new Error(`The stack has no such function; it has ${place.functionNames().join(', ')}.`);
    const { name } = deployed;
    let running = await start(place, deployed);
    const inWork = new Set<Promise<unknown>>();
    const replaceable: ReplaceableFunction = {
      name,
      codeSizeBytes: running.codeSizeBytes,
      invoke(event) {
        const work = running.invoke(event).finally(() => inWork.delete(work));
        inWork.add(work);
        return work;
      },
      async replace(zip) {
        const old = running;
        running = await start(place, { ...place.deployedFunction(name), ...(zip && { zip }) });
        void Promise.allSettled(inWork).then(old.stop);
      },
    };
    functions.push(replaceable);
    return replaceable;
  }

  async function start(place: EmulatedRegion, deployed: DeployedFunction): Promise<FunctionProcess> {
    const running = await startFunction({
      zip: deployed.zip,
      config: deployed,
      awsEndpointUrl: aws.url,
      onLog(line) {
        place.keepLog(deployed, line);
        onLog(line);
      },
      ...(options.runtime && { runtime: options.runtime }),
    });
    atEnd(running.stop);
    return running;
  }

  /** Reads a queue for its function, as Lambda does. A failed message returns at once: nobody waits half an hour here. */
  async function startReader(place: EmulatedRegion, mapping: EventSourceMapping): Promise<() => Promise<void>> {
    const { functionName } = mapping;
    try {
      const { invoke } = await startReplaceable(place, ({ name }) => name === functionName);
      const mayRead = () => place.mayRead(functionName, mapping.queueArn);
      const source = startEventSource({
        aws: place,
        ...mapping,
        mayRead,
        invoke,
        returnAtOnce: true,
        onProblem: onLog,
      });
      atEnd(source.stop);
      return source.idle;
    } catch (error) {
      // The fork's own code: whatever else there is to see is shown all the same.
      steps.failed(`${functionName} can't be loaded, so nobody reads its queue`, messageOf(error).split('\n'));
      return async () => undefined;
    }
  }

  let { manifest, text } = writeBaseUrl(copy, manifestFile, outputs.baseUrls, config.remoteKey);
  keepForReading(options.project, manifestFile);
  steps.done(`${MANIFEST_COPY}, a copy of your manifest.yml, has ${places.length > 1 ? 'those URLs' : 'that URL'}`);
  return {
    aws,
    functionUrl,
    appId,
    stage,
    get manifest() {
      return manifest;
    },
    outputs,
    workerIdle,
    async replaceWorker(files) {
      const zip = zipOf(files);
      for (const { name, replace } of functions) if (name.includes(WORKER_ID)) await replace(zip);
    },
    async redeploy() {
      const changed = readConfig(CONFIG_FILE, options.project);
      const [again] = selectStages(changed, stage.name, CONFIG_FILE);
      const { appId: appIdNow, copy: copyNow } = copyManifest(options.project, folder, options.appId);
      const queues = queuesOf(aws, regions);
      const same = JSON.stringify(options.regions ?? regionsOf(again)) === JSON.stringify(all);
      if (!same || appIdNow !== appId)
        throw new Error('The app id, or a region, is another one: that needs a new start.');
      await deploy();
      for (const { replace } of functions) await replace();
      ({ manifest, text } = writeBaseUrl(copyNow, manifestFile, outputs.baseUrls, changed.remoteKey));
      keepForReading(options.project, manifestFile);
      if (queuesOf(aws, regions) !== queues)
        throw new Error('It is deployed. A queue has come or gone, which needs a new start.');
    },
    manifestDiff: diff(copy.text, text),
  };
}

/** A function of the stack, as it runs here. */
interface ReplaceableFunction {
  readonly name: string;
  readonly codeSizeBytes: number;
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** @param zip its code. @default what is deployed now, with its settings */
  readonly replace: (zip?: Uint8Array) => Promise<void>;
}

/** Which functions read queues. */
const queuesOf = (aws: EmulatedAws, regions: Readonly<Record<string, string>>): string =>
  Object.values(regions)
    .flatMap((region) => aws.region(region).eventSourceMappings())
    .map(({ functionName }) => functionName)
    .sort()
    .join();

/** In the receiver's logical id, and so in its name. */
const RECEIVER_ID = 'ForgeRemoteReceiver';
/** In the worker's. */
const WORKER_ID = 'ForgeRemoteWorker';

const isReceiver = ({ environment }: DeployedFunction) => RECEIVER_ENV.jwksUrl in environment;

function copyManifest(project: string, folder: string, appId: string | undefined) {
  const own = parseManifest(readFileSync(path.join(project, MANIFEST_FILE), 'utf8'), MANIFEST_FILE);
  const copy = appId === undefined ? own : setAppId(own, appId);
  // In this run's own folder: two runs at a time don't meet.
  const manifestFile = path.join(folder, MANIFEST_FILE);
  writeFileSync(manifestFile, copy.text);
  return {
    manifestFile,
    copy,
    appId: readAppId(copy, process.env),
    product: productOf(scopesIn(copy.root)) ?? 'confluence',
  };
}

/** What `npm run manifest` does, to the copy. */
function writeBaseUrl(
  copy: ManifestDocument,
  manifestFile: string,
  baseUrl: Readonly<Record<string, string>>,
  remoteKey: string | undefined,
): { manifest: Manifest; text: string } {
  const reading = {
    allowLoopback: true,
    environment: process.env,
    ...(remoteKey !== undefined && { remoteKey }),
  };
  const edited = setBaseUrl({ ...copy, file: MANIFEST_COPY }, { ...reading, baseUrl }).manifest;
  writeFileSync(manifestFile, edited.text);
  return { manifest: readManifest(edited, reading), text: edited.text };
}

function keepForReading(project: string, manifestFile: string): void {
  const kept = path.join(project, MANIFEST_COPY);
  mkdirSync(path.dirname(kept), { recursive: true });
  copyFileSync(manifestFile, kept);
}

function diff(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line.trim()}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
}

/** The routes of a backend as a list. */
export const routeList = (manifest: Manifest) =>
  Object.entries(routesOf(manifest)).map(([route, { kind }]) => ({ path: route, kind }));
