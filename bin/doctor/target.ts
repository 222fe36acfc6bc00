import { existsSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_REGION } from '../../lib/manifest/regions';
import { type StageStack, stacksOf } from '../../lib/stage-stacks';
import { UsageError } from '../command';
import { chooseStage, MANIFEST_BEFORE, MANIFEST_COPY, MANIFEST_FILE, readConfig, selectStages } from '../project';
import type { Flags } from './flags';

/** The deployed stage that a command reads. */
export interface Target {
  readonly stage: string;
  readonly stackName: string;
  readonly region: string;
  /** Forge's key of the stack's region. */
  readonly regionKey: string;
  /** Name of the manifest, for messages. */
  readonly manifestFile: string;
  /** URL of an emulated AWS. @default AWS itself */
  readonly endpoint?: string;
  /** How to deploy the stage again, as a sentence. */
  readonly deploy: string;
  /** How to get the deployed URL into the manifest and to Forge, as a sentence. */
  readonly writeManifest: string;
  /** How to undo changes made outside CloudFormation, which a normal deployment keeps. As a sentence. */
  readonly restore: string;
}

/**
 * Finds the stage that the command line names.
 *
 * @param cwd where relative names start from
 * @throws {UsageError} when the stage doesn't exist, or none is named and there are several
 */
export async function findTarget(flags: Flags, cwd: string): Promise<Target> {
  const { endpoint } = flags;
  const config = readConfig(flags.config, cwd);
  // Without --stage, a local run deploys the first one.
  const chosen =
    endpoint === undefined
      ? chooseStage(config, flags.stage, flags.config)
      : selectStages(config, flags.stage, flags.config)[0];
  const { name: stage } = chosen;
  const { id: stackName, region, regionKey } = chooseRegion(stacksOf(config.name, chosen), flags);
  if (endpoint !== undefined) return { ...localAdvice(flags, cwd), stage, stackName, region, regionKey, endpoint };
  return {
    stage,
    stackName,
    region,
    regionKey,
    manifestFile: flags.manifest ?? MANIFEST_FILE,
    deploy: `Run "npm run deploy -- --stage ${stage}".`,
    writeManifest: `Run "npm run manifest -- --stage ${stage}", then "forge deploy -e <environment>".`,
    restore: `Run "npm run deploy -- --stage ${stage} --revert-drift".`,
  };
}

function localAdvice({ manifest }: Flags, cwd: string) {
  // With the real Forge, manifest.yml itself has the URL of the local run.
  const deployed = existsSync(path.join(cwd, MANIFEST_BEFORE)) ? MANIFEST_FILE : MANIFEST_COPY;
  const again = 'Restart "npm run local -- --serve".';
  return {
    manifestFile: manifest ?? deployed,
    deploy: again,
    restore: again,
    writeManifest: `${again} It writes its URL into its own manifest.`,
  };
}

function chooseRegion(stacks: readonly StageStack[], { region = DEFAULT_REGION }: Flags): StageStack {
  const stack = stacks.find(({ regionKey }) => regionKey === region);
  if (stack) return stack;
  const known = stacks.map(({ regionKey }) => regionKey).join(', ');
  throw new UsageError(`--region is ${JSON.stringify(region)}; allowed: ${known}`);
}
