/**
 * The stacks of a project: what `cdk deploy` deploys, and what a local run does. Only this file makes them.
 */
import path from 'node:path';
import { inspect } from 'node:util';
import { App } from 'aws-cdk-lib';
import type { JobKeys } from '../lambda/contract/routes';
import { ConfigError, type Stage } from '../lib/config';
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

/** What a local run has in place of Forge and Atlassian. */
export type Surroundings = Pick<RemoteStackProps, 'jwksUrl' | 'localApiOrigin'>;

/** What a CDK app of this project makes of a stage. */
export interface AppOptions {
  /** The stage as it is deployed. @default as it is in the configuration */
  readonly adapt?: (stage: Stage, app: App) => Stage;
  /** @default Forge and Atlassian themselves */
  readonly surroundings?: (app: App) => Surroundings;
}

/**
 * Synthesizes a stack for each stage, in each of its regions. The CDK's context says what is read:
 *
 * - `stage`: only that stage
 * - `config`: another configuration than config.ts
 * - `manifest`: another manifest than manifest.yml
 *
 * Tells what is wrong with any of them, and ends the process with 1.
 */
export function synthesizeStacks(options: AppOptions = {}): void {
  try {
    const app = new App({ autoSynth: false });
    addStacks(app, options);
    app.synth();
    // What lambda/job.ts opens when it is loaded, such as a pool of connections, must not hold up the command.
    setTimeout(() => process.exit(), 1_000).unref();
  } catch (error) {
    const isForUser = [CommandError, ConfigError, ManifestError].some((kind) => error instanceof kind);
    PROCESS_IO.err(isForUser ? messageOf(error) : inspect(error));
    process.exit(EXIT.failed);
  }
}

/**
 * Adds to `app` a stack for each stage, in each of its regions, with the fork's own resources, by its context.
 *
 * @throws {CommandError | ConfigError | ManifestError} saying what is wrong with config.ts or manifest.yml
 */
export function addStacks(app: App, { adapt = (stage) => stage, surroundings }: AppOptions = {}): RemoteStack[] {
  const configFile = contextText(app, 'config') ?? path.join(PROJECT_ROOT, CONFIG_FILE);
  const manifestFile = contextText(app, 'manifest') ?? path.join(PROJECT_ROOT, MANIFEST_FILE);
  const [configName, manifestName] = [path.relative('', configFile), path.relative('', manifestFile)];
  const config = readConfig(configName, '');
  const manifest = readManifest(parseManifestFile(manifestName, '', 'Give its name with -c manifest=…'), {
    // It may be missing or outdated: `npm run manifest` writes it, from what is deployed here.
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
        ...surroundings?.(app),
      });
      addResources({ stack, remote: stack.remote, stage });
      return stack;
    });
  });
}

/**
 * The keys that lambda/job.ts has work for, where it is made with `byKey`. A job that can't be loaded on this machine,
 * say for want of a variable, isn't asked: it runs in the worker.
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

/** A text in the CDK's context, as `-c key=text` gives it. */
export function contextText(app: App, key: string): string | undefined {
  const value: unknown = app.node.tryGetContext(key);
  if (value === undefined || typeof value === 'string') return value;
  throw new UsageError(`Context ${key} is ${JSON.stringify(value)}; allowed: a text, as in -c ${key}=…`);
}
