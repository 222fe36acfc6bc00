import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { type Config, ConfigError, parseConfig, type Stage } from '../lib/config';
import { ManifestError } from '../lib/manifest/error';
import { readManifest } from '../lib/manifest/read';
import { RemoteStack } from '../lib/remote-stack';
import { stacksOf } from '../lib/stage-stacks';

// The entry of the CDK CLI: config.ts and manifest.yml become a stack for each stage.
//
//   cdk deploy --all -c stage=dev     only that stage
//   cdk synth -c config=FILE          another configuration than config.ts
//   cdk synth -c manifest=FILE        another manifest than manifest.yml

const PROJECT_ROOT = path.join(__dirname, '..');

async function main(): Promise<void> {
  const app = new App({ autoSynth: false });
  const config = await readConfig(contextText(app, 'config') ?? path.join(PROJECT_ROOT, 'config.ts'));
  const manifestFile = contextText(app, 'manifest') ?? path.join(PROJECT_ROOT, 'manifest.yml');
  const manifest = readManifest(readText(manifestFile), {
    file: path.relative('', manifestFile),
    // It may be missing or outdated: `npm run manifest` writes it, from what is deployed here.
    checkBaseUrl: false,
    environment: process.env,
    ...(config.remoteKey !== undefined && { remoteKey: config.remoteKey }),
  });

  for (const stage of selectStages(config, contextText(app, 'stage'))) {
    for (const { id, ...place } of stacksOf(config.name, stage)) {
      new RemoteStack(app, id, { name: config.name, stage, place, manifest });
    }
  }
  app.synth();
}

/** What the person asked for in a wrong way: the message is all that they need. */
class UsageError extends Error {}

function contextText(app: App, key: string): string | undefined {
  const value: unknown = app.node.tryGetContext(key);
  if (value === undefined || typeof value === 'string') return value;
  throw new UsageError(`Context ${key} is ${JSON.stringify(value)}; allowed: a text, as in -c ${key}=…`);
}

async function readConfig(file: string): Promise<Config> {
  const module = await import(path.resolve(file)).catch((error: unknown) => {
    throw new UsageError(`The configuration can't be loaded: ${messageOf(error)}`);
  });
  return parseConfig(module.default, path.relative('', file));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `The manifest can't be read: ${messageOf(error)}. It is manifest.yml, or the file of -c manifest=…`,
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function selectStages({ stages }: Config, name: string | undefined): readonly Stage[] {
  const selected = stages.filter((stage) => name === undefined || stage.name === name);
  if (selected.length > 0) return selected;
  const known = stages.map((stage) => stage.name).join(', ');
  throw new UsageError(`There is no stage '${name}' in config.ts; allowed with -c stage=…: ${known}`);
}

main().catch((error: unknown) => {
  const isForUser = [ConfigError, ManifestError, UsageError].some((kind) => error instanceof kind);
  console.error(isForUser ? messageOf(error) : error);
  process.exit(1);
});
