import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RECEIVER_ENV } from '../../lambda/contract/settings';
import type { Stage } from '../../lib/config';
import { readAppId, scopesIn, setAppId } from '../../lib/manifest/app';
import type { ManifestDocument } from '../../lib/manifest/document';
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
import { CONFIG_FILE, MANIFEST_COPY, MANIFEST_FILE, parseManifestFile, readConfig, selectStages } from '../project';
import { productOf } from '../setup/scopes';
import { deployLocally } from './deploy';
import { differences, type Strategy } from './stage';
import type { Steps } from './steps';

export interface BackendOptions {
  /** Folder of the project to deploy. */
  readonly project: string;
  /** Its manifest.yml, if the caller has parsed it already. @default the file is read */
  readonly manifest?: ManifestDocument;
  /** Port of the Function URL of the default region. @default any free one */
  readonly port?: number;
  /** Name of the stage in config.ts. @default the first stage */
  readonly stage?: string;
  /** AWS regions by Forge's region keys, `default` first. @default those of the stage */
  readonly regions?: Readonly<Record<string, string>>;
  /** @default the strategy of the stage */
  readonly strategy?: Strategy;
  /** The only Forge environment to serve. @default those of the stage */
  readonly environment?: string;
  /** The URL at which Forge reaches the default region. @default its Function URL */
  readonly publicUrl?: string;
  /** @default app.id in manifest.yml */
  readonly appId?: string;
  /** What runs the functions. @default this Node */
  readonly runtime?: Runtime;
  /** Starts, or names, the Forge and the Atlassian that the backend works with. */
  readonly connect: (app: ServedApp) => Promise<Connection>;
  /** Receives each line that a function logs. */
  readonly onLog: (line: string) => void;
  /** Shows the progress. */
  readonly steps: Steps;
  readonly signal: AbortSignal;
  /** Registers what to stop at the end. The caller stops the last one first. */
  readonly addCleanup: (stop: () => unknown) => void;
}

/** The app that the backend serves. */
export interface ServedApp {
  readonly appId: string;
  /** A Forge environment that the stage serves. */
  readonly environment: string;
  /** The product of its scopes. */
  readonly product: string;
}

/** The Forge and the Atlassian that the backend works with. */
export interface Connection {
  /** The key set that invocation tokens are verified with. */
  readonly jwksUrl: string;
  /** Origin of a simulated Atlassian API. @default Atlassian's own */
  readonly apiOrigin?: string;
  /** Whether jobs run. @default only with a simulated API: no call leaves this machine by accident */
  readonly runJobs?: boolean;
  /** What is running now, for people. */
  readonly description?: string;
}

/** A deployed backend. */
export interface Backend {
  readonly aws: EmulatedAws;
  /** The URL of the default region. */
  readonly functionUrl: string;
  readonly appId: string;
  readonly stage: Stage;
  /** As of the last deployment. */
  readonly manifest: Manifest;
  readonly outputs: StageOutputs;
  /** Replaces the worker's code for all messages from now on. @throws {Error} when it can't be loaded */
  readonly replaceWorker: (files: Readonly<Record<string, Uint8Array>>) => Promise<void>;
  /**
   * Deploys config.ts, manifest.yml and lib/ again. URL, slots and queues stay.
   *
   * @throws {Error} when they can't be deployed; the previous version keeps running
   */
  readonly redeploy: () => Promise<void>;
  /** Resolves when the worker has nothing left to do. */
  readonly workerIdle: () => Promise<void>;
  /** The lines of the manifest that changed, before and after. */
  readonly manifestDiff: readonly string[];
}

/** Deploys into an emulated AWS, runs the functions behind a URL, and writes that URL into a copy of manifest.yml. */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { steps, addCleanup, signal, onLog } = options;
  const folder = mkdtempSync(path.join(tmpdir(), 'forge-remote-'));
  addCleanup(() => rmSync(folder, { recursive: true, force: true }));

  const config = readConfig(CONFIG_FILE, options.project);
  const [stage] = selectStages(config, options.stage, CONFIG_FILE);
  const all = options.regions ?? regionsOf(stage);
  // A tunnel has one end.
  const regions = options.publicUrl === undefined ? all : { [DEFAULT_REGION]: all[DEFAULT_REGION] ?? '' };
  const servers = new Map<string, Awaited<ReturnType<typeof startFunctionUrl>>>();
  for (const [key, region] of Object.entries(regions)) {
    const server = await startFunctionUrl(
      key === DEFAULT_REGION && options.port !== undefined ? { port: options.port } : {},
    );
    addCleanup(server.stop);
    servers.set(region, server);
  }
  const urlIn = (region: string | undefined) => servers.get(region ?? '')?.url ?? '';
  const publicHost = options.publicUrl === undefined ? [] : [new URL(options.publicUrl).hostname];
  /** The URL that AWS reports, so that the stack's outputs have the URL that Forge calls. */
  const reportedUrlIn = (region: string) =>
    options.publicUrl !== undefined && region === regions[DEFAULT_REGION] ? `${options.publicUrl}/` : urlIn(region);
  const aws = await startAws({
    // The fork's own functions may have URLs as well. They are not served.
    functionUrl: (name, region) =>
      name.includes(RECEIVER_ID) ? reportedUrlIn(region) : `https://${name.toLowerCase()}.lambda-url.invalid/`,
    // The stage's account, so that its deployment can be rehearsed.
    ...(stage.account !== undefined && { accountId: stage.account }),
    onNote: (line) => steps.note(line),
    run: runOnce,
  });
  addCleanup(aws.stop);
  const functionUrl = urlIn(regions[DEFAULT_REGION]);

  const { manifestFile, copy, appId, product } = copyManifest(options.project, folder, options);
  const {
    description = 'An emulated AWS, a simulated Forge and a simulated Atlassian API are up on 127.0.0.1',
    runJobs,
    ...endpoints
  } = await options.connect({ appId, environment: options.environment ?? stage.environments[0] ?? '', product });
  steps.done(description);

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
      ...endpoints,
    });
    return findStage(readFileSync(outputsFile, 'utf8'), { appId, file: outputsFile, domains: publicHost });
  };
  const outputs = await deploy();
  const places = Object.values(regions);
  steps.done(
    `The real "cdk deploy" deployed stage ${stage.name} of ${CONFIG_FILE} into it` +
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
    if (runJobs ?? endpoints.apiOrigin !== undefined) {
      for (const mapping of place.eventSourceMappings()) idle.push(await startPoller(place, mapping));
    }
  }
  const workerIdle = async () => {
    await Promise.all(idle.map((settle) => settle()));
  };

  /** Invokes the function of a custom resource, as CloudFormation does. */
  async function runOnce(deployed: DeployedFunction, event: unknown): Promise<unknown> {
    const running = await startFunction({ zip: deployed.zip, config: deployed, awsEndpointUrl: aws.url, onLog });
    try {
      return await running.invoke(event);
    } finally {
      await running.stop();
    }
  }

  /** Starts a deployed function whose code can be replaced. Running invocations finish with the old code. */
  async function startReplaceable(
    place: EmulatedRegion,
    is: (deployed: DeployedFunction) => boolean,
  ): Promise<ReplaceableFunction> {
    const deployed = place.functionNames().map(place.deployedFunction).find(is);
    if (!deployed) throw new Error(`The stack lacks the function; it has ${place.functionNames().join(', ')}.`);
    const { name } = deployed;
    let running = await start(place, deployed);
    const invocations = new Set<Promise<unknown>>();
    const replaceable: ReplaceableFunction = {
      name,
      codeSizeBytes: running.codeSizeBytes,
      invoke(event) {
        const work = running.invoke(event).finally(() => invocations.delete(work));
        invocations.add(work);
        return work;
      },
      async replace(zip) {
        const old = running;
        running = await start(place, { ...place.deployedFunction(name), ...(zip && { zip }) });
        void Promise.allSettled(invocations).then(old.stop);
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
    addCleanup(running.stop);
    return running;
  }

  /** Polls a queue for its function, as Lambda does. A failed message returns at once instead of after half an hour. */
  async function startPoller(place: EmulatedRegion, mapping: EventSourceMapping): Promise<() => Promise<void>> {
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
      addCleanup(source.stop);
      return source.idle;
    } catch (error) {
      // The fork's own code fails. The rest of the run is still worth showing.
      steps.failed(`${functionName} can't be loaded, so its queue is not read`, messageOf(error).split('\n'));
      return async () => undefined;
    }
  }

  let { manifest, text } = writeBaseUrl(copy, manifestFile, outputs.baseUrls, config.remoteKey);
  publishCopy(options.project, manifestFile);
  steps.done(`${MANIFEST_COPY}, a copy of your manifest.yml, has ${places.length > 1 ? 'these URLs' : 'this URL'}`);
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
      const { appId: appIdNow, copy: copyNow } = copyManifest(options.project, folder, { appId: options.appId });
      const queues = queuesOf(aws, regions);
      const same = JSON.stringify(options.regions ?? regionsOf(again)) === JSON.stringify(all);
      if (!same || appIdNow !== appId) throw new Error('The app id or a region has changed. Restart "npm run local".');
      await deploy();
      for (const { replace } of functions) await replace();
      ({ manifest, text } = writeBaseUrl(copyNow, manifestFile, outputs.baseUrls, changed.remoteKey));
      publishCopy(options.project, manifestFile);
      if (queuesOf(aws, regions) !== queues)
        throw new Error('It is deployed, but a queue was added or removed. Restart "npm run local".');
    },
    manifestDiff: diff(copy.text, text),
  };
}

/** A running function of the stack. */
interface ReplaceableFunction {
  readonly name: string;
  readonly codeSizeBytes: number;
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** @param zip its new code. @default the deployed code and settings */
  readonly replace: (zip?: Uint8Array) => Promise<void>;
}

/** The functions that read queues. */
const queuesOf = (aws: EmulatedAws, regions: Readonly<Record<string, string>>): string =>
  Object.values(regions)
    .flatMap((region) => aws.region(region).eventSourceMappings())
    .map(({ functionName }) => functionName)
    .sort()
    .join();

// Parts of the logical ids, and so of the functions' names.
const RECEIVER_ID = 'ForgeRemoteReceiver';
const WORKER_ID = 'ForgeRemoteWorker';

const isReceiver = ({ environment }: DeployedFunction) => RECEIVER_ENV.jwksUrl in environment;

function copyManifest(
  project: string,
  folder: string,
  { manifest, appId }: { readonly manifest?: ManifestDocument; readonly appId?: string | undefined },
) {
  const own = manifest ?? parseManifestFile(MANIFEST_FILE, project, 'Run this in a project.');
  const copy = appId === undefined ? own : setAppId(own, appId);
  // In this run's own folder, because two runs may be active at once.
  const manifestFile = path.join(folder, MANIFEST_FILE);
  writeFileSync(manifestFile, copy.text);
  return {
    manifestFile,
    copy,
    appId: readAppId(copy, process.env),
    product: productOf(scopesIn(copy.root)) ?? 'confluence',
  };
}

/** Does to the copy what `npm run manifest` does to manifest.yml. */
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

function publishCopy(project: string, manifestFile: string): void {
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

export const routeList = (manifest: Manifest) =>
  Object.entries(routesOf(manifest)).map(([route, { kind }]) => ({ path: route, kind }));
