import { existsSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_REGION } from '../../lib/manifest/regions';
import { type StageStack, stacksOf } from '../../lib/stage-stacks';
import { UsageError } from '../command';
import { chooseStage, MANIFEST_BEFORE, MANIFEST_COPY, MANIFEST_FILE, readConfig, selectStages } from '../project';
import type { Flags } from './flags';

/** Which stage is looked at, and where. */
export interface Target {
  readonly stage: string;
  readonly stackName: string;
  readonly region: string;
  /** Forge's key of the region whose sites the stack serves. */
  readonly regionKey: string;
  /** Name of the manifest, as it is told. */
  readonly manifestFile: string;
  /** An emulated AWS. Absent: AWS itself. */
  readonly endpoint?: string;
  /** The command that deploys it again, as a sentence. */
  readonly deploy: string;
  /** What writes the deployed URL into the manifest, and brings it to Forge. As a sentence. */
  readonly writeManifest: string;
  /** What brings back settings that somebody changed past CloudFormation, which a deployment alone doesn't. As a sentence. */
  readonly restore: string;
}

/**
 * What the command line means.
 *
 * @param cwd folder that relative file names start from
 * @throws {UsageError} when there is no such stage, or several to choose from
 */
export async function findTarget(flags: Flags, cwd: string): Promise<Target> {
  const { endpoint } = flags;
  const config = readConfig(flags.config, cwd);
  // A local run deploys the first stage, unless it is told another one.
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
  const again = 'Start "npm run local -- --serve" again.';
  return {
    manifestFile: manifest ?? deployed,
    deploy: again,
    restore: again,
    writeManifest: `${again} It writes its URL into a manifest of its own.`,
  };
}

function chooseRegion(stacks: readonly StageStack[], { region = DEFAULT_REGION }: Flags): StageStack {
  const stack = stacks.find(({ regionKey }) => regionKey === region);
  if (stack) return stack;
  const known = stacks.map(({ regionKey }) => regionKey).join(', ');
  throw new UsageError(`The stage has no region ${JSON.stringify(region)}; allowed for --region: ${known}`);
}
