/**
 * Makes the stacks of a project, for `cdk deploy` and for the local run.
 */
import path from 'node:path';
import { inspect } from 'node:util';
import { App } from 'aws-cdk-lib';
import type { JobKeys } from '../lambda/contract/routes';
import { ConfigError, type Stage } from '../lib/config';
import type { ManifestDocument } from '../lib/manifest/document';
import { ManifestError } from '../lib/manifest/problems';
import { readManifest } from '../lib/manifest/read';
import { refuseTriggersWithoutJob } from '../lib/manifest/triggers';
import { RemoteStack, type RemoteStackProps } from '../lib/remote-stack';
import { addResources } from '../lib/resources';
import { stacksOf } from '../lib/stage-stacks';
import { CommandError, EXIT, messageOf, PROCESS_IO, UsageError } from './command';
import {
  CONFIG_FILE,
  JOB_FILE,
  loadExports,
  MANIFEST_FILE,
  PROJECT_ROOT,
  parseManifestFile,
  readConfig,
  readText,
  selectStages,
} from './project';

/** What a local run uses in place of Forge's key set and Atlassian's API. */
export type LocalEndpoints = Pick<RemoteStackProps, 'jwksUrl' | 'localApiOrigin'>;

export interface AppOptions {
  /** The manifest, where the caller has parsed it already. @default the file that the context names */
  readonly manifest?: ManifestDocument;
  /** Changes a stage before it is deployed. @default it stays as configured */
  readonly adapt?: (stage: Stage, app: App) => Stage;
  /** @default Forge's key set and Atlassian's API */
  readonly endpoints?: (app: App) => LocalEndpoints;
}

/**
 * Synthesizes a stack for each stage, in each of its regions. Values of the CDK context select what is read:
 *
 * - `stage`: only that stage
 * - `config`: file to read instead of config.ts
 * - `manifest`: file to read instead of manifest.yml
 *
 * Prints what is wrong with any of them, and exits with 1.
 */
export function synthesizeStacks(options: AppOptions = {}): void {
  try {
    const app = new App({ autoSynth: false });
    addStacks(app, options);
    app.synth();
    // lambda/job.ts may have opened something while loading, such as a connection pool, that keeps the process alive.
    setTimeout(() => process.exit(), 1_000).unref();
  } catch (error) {
    const isForUser = [CommandError, ConfigError, ManifestError].some((kind) => error instanceof kind);
    PROCESS_IO.err(isForUser ? messageOf(error) : inspect(error));
    process.exit(EXIT.failed);
  }
}

/**
 * Adds the stacks to `app`, with the fork's own resources. See {@link synthesizeStacks} for the context.
 *
 * @throws {CommandError | ConfigError | ManifestError} saying what is wrong with config.ts or manifest.yml
 */
export function addStacks(app: App, { adapt = (stage) => stage, endpoints, ...given }: AppOptions = {}): RemoteStack[] {
  const configFile = contextText(app, 'config') ?? path.join(PROJECT_ROOT, CONFIG_FILE);
  const manifestFile = contextText(app, 'manifest') ?? path.join(PROJECT_ROOT, MANIFEST_FILE);
  const [configName, manifestName] = [path.relative('', configFile), path.relative('', manifestFile)];
  const config = readConfig(configName, '');
  const document = given.manifest ?? parseManifestFile(manifestName, '', 'Give its name with -c manifest=…');
  const manifest = readManifest(document, {
    // It may be missing or outdated. `npm run manifest` writes it after the deployment.
    checkBaseUrl: false,
    environment: process.env,
    ...(config.remoteKey !== undefined && { remoteKey: config.remoteKey }),
  });
  const keys = jobKeys();
  return selectStages(config, contextText(app, 'stage'), configName).flatMap((selected) => {
    const stage = adapt(selected, app);
    refuseTriggersWithoutJob(manifest, stage, keys);
    return stacksOf(config.name, stage).map(({ id, ...place }) => {
      const stack = new RemoteStack(app, id, {
        name: config.name,
        stage,
        place,
        manifest,
        ...(keys && { jobEvents: keys.events }),
        ...endpoints?.(app),
      });
      addResources({ stack, remote: stack.remote, stage });
      return stack;
    });
  });
}

/**
 * The trigger keys that lambda/job.ts handles, if it uses `byKey`. `undefined` for a job that can't be loaded on this
 * machine, for example because an environment variable is missing: it may still load in the worker.
 */
function jobKeys(): JobKeys | undefined {
  const file = path.join(PROJECT_ROOT, JOB_FILE);
  const text = readText(file, '', 'Every fork has one.');
  if (!/\bbyKey\b/.test(text)) return undefined;
  try {
    const { job } = loadExports(file, JOB_FILE, text);
    return (job as { readonly keys?: JobKeys } | undefined)?.keys;
  } catch {
    return undefined;
  }
}

/** A string from the CDK context, as `-c key=value` sets it. */
export function contextText(app: App, key: string): string | undefined {
  const value: unknown = app.node.tryGetContext(key);
  if (value === undefined || typeof value === 'string') return value;
  throw new UsageError(`Context ${key} is ${JSON.stringify(value)}; allowed: a text, as in -c ${key}=…`);
}
