import { DEFAULT_REGION } from '../../lib/manifest/regions';
import { type StageStack, stacksOf } from '../../lib/stage-stacks';
import { LOCAL_ACCOUNT } from '../../tools/emulator/aws/account';
import { UsageError } from '../command';
import { chooseStage, MANIFEST_FILE, readConfig } from '../project';
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

/** Name of the stage of a local run, and of its stack: bin/local/app.ts says so. */
const LOCAL_STAGE = 'local';
const LOCAL_STACK = 'forge-remote-local';

/**
 * What the command line means.
 *
 * @param cwd folder that relative file names start from
 * @throws {UsageError} when there is no such stage, or several to choose from
 */
export async function findTarget(flags: Flags, cwd: string): Promise<Target> {
  const { endpoint } = flags;
  if (endpoint !== undefined && flags.stage === undefined) return localTarget(flags, endpoint);
  const config = readConfig(flags.config, cwd);
  const chosen = chooseStage(config, flags.stage, flags.config);
  const { name: stage } = chosen;
  const { id: stackName, region, regionKey } = chooseRegion(stacksOf(config.name, chosen), flags);
  return {
    stage,
    stackName,
    region,
    regionKey,
    manifestFile: flags.manifest ?? MANIFEST_FILE,
    ...(endpoint !== undefined && { endpoint }),
    deploy: `Run "npm run deploy -- --stage ${stage}".`,
    writeManifest: `Run "npm run manifest -- --stage ${stage}", then "forge deploy -e <environment>".`,
    restore: `Run "npm run deploy -- --stage ${stage} --revert-drift".`,
  };
}

async function localTarget({ manifest }: Flags, endpoint: string): Promise<Target> {
  const again = 'Start "npm run local -- --serve" again.';
  return {
    stage: LOCAL_STAGE,
    stackName: LOCAL_STACK,
    region: LOCAL_ACCOUNT.region,
    regionKey: DEFAULT_REGION,
    // Loaded only here: it brings the whole local run along.
    manifestFile: manifest ?? (await import('../local/backend')).MANIFEST_COPY,
    endpoint,
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
