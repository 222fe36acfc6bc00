import { BASE_URL_ALLOWED, baseUrlProblem, LOOPBACK_HOSTS } from './manifest/base-url';
import type { RegionMap } from './manifest/model';
import { DEFAULT_REGION, defaultFirst, regionKeyProblem } from './manifest/regions';
import { DEPLOY, type Outputs, readStacks, type Stack, StackOutputsError } from './outputs-file';

export { StackOutputsError };

/** Names of the stack's outputs: the stack writes them, `npm run manifest` reads them. */
export const OUTPUTS = {
  /** The deployed backend's URL, with no slash at its end. */
  remoteBaseUrl: 'RemoteBaseUrl',
  /**
   * ARN of the secret that holds the app system token; the pattern of their ARNs where each installation has its own; ARN
   * of the table that holds them all.
   */
  slotArn: 'SlotArn',
  /** The `remotes` entry of manifest.yml, ready to paste. */
  manifestRemotes: 'ManifestRemotes',
  /** The app's ARI: whose calls the backend accepts. */
  appId: 'AppId',
  /** Name of the stage in config.ts. */
  stage: 'Stage',
  /** Key of the remote in manifest.yml. */
  remoteKey: 'RemoteKey',
  /** Forge's key of the region that the stack serves, such as `EU`; `default` for all sites in no other region. */
  region: 'Region',
} as const;

/** Name of the output with the dashboard's URL. For people, and absent where there is no dashboard. */
export const DASHBOARD_URL_OUTPUT = 'DashboardUrl';

/** Names of the outputs of a domain: for people, and absent where there is nothing to do. */
export const DNS_RECORD_OUTPUT = 'DnsRecord';
export const KEPT_FUNCTION_URL_OUTPUT = 'KeptFunctionUrl';

/** Outputs that only our stacks have: any stack might have a `Stage` or an `AppId`. */
const IDENTIFYING_OUTPUTS = [OUTPUTS.remoteBaseUrl, OUTPUTS.slotArn, OUTPUTS.manifestRemotes, OUTPUTS.remoteKey];

/** What a deployed stack says of itself. */
export interface StackOutputs {
  readonly stackName: string;
  readonly remoteBaseUrl: string;
  readonly slotArn: string;
  readonly manifestRemotes: string;
  readonly appId: string;
  readonly stage: string;
  readonly remoteKey: string;
  /** Forge's key of the region; `default` for a stack that says none. */
  readonly region: string;
}

/** A deployed stage: its stack for the default region, and those of the other regions. */
export interface StageOutputs extends StackOutputs {
  /** Where Forge calls, by region: what `baseUrl` in manifest.yml is to be. */
  readonly baseUrls: RegionMap;
  /** All stacks, the default first. */
  readonly stacks: readonly StackOutputs[];
}

export interface FindStageOptions {
  /**
   * Name of the stage.
   *
   * @default the only one in the file; an error if there are several
   */
  readonly stage?: string;
  /** The app that the stack must be deployed for: `app.id` of manifest.yml. */
  readonly appId: string;
  /** Name of the outputs file, for errors. */
  readonly file: string;
  /**
   * Domains of `exposure.httpApi` in config.ts: hosts that a stage may answer at, beside AWS's own.
   *
   * @default - none
   */
  readonly domains?: readonly string[];
}

/**
 * Finds a stage in what `cdk deploy --outputs-file` wrote: `{ stack name: { output: value } }`.
 *
 * @throws {StackOutputsError} when there is no such stage, or several, when an output or the default region is missing,
 * when two stacks are for one region, or when a stack belongs to another app
 */
export function findStage(json: string, options: FindStageOptions): StageOutputs {
  const { file, appId } = options;
  const stage = toStage(chooseStage(readStacks(json, file, IDENTIFYING_OUTPUTS), options), options);
  const other = stage.stacks.find((stack) => stack.appId !== appId);
  if (other === undefined) return stage;
  throw new StackOutputsError(
    [
      `${file}: the stack ${other.stackName} belongs to another app.`,
      `  deployed for  ${other.appId}`,
      `  manifest.yml  ${appId}`,
      'Correct app.id in manifest.yml, or deploy again for the app that it names.',
    ].join('\n'),
  );
}

/**
 * Every stage of the app that is in the file, in its order. Those of other apps are left out.
 *
 * @throws {StackOutputsError} as {@link findStage}, for any of them
 */
export function findStages(json: string, options: Omit<FindStageOptions, 'stage'>): StageOutputs[] {
  const { appId, file } = options;
  const stacks = readStacks(json, file, IDENTIFYING_OUTPUTS).filter(([, outputs]) => outputs[OUTPUTS.appId] === appId);
  return stageNames(stacks).map((name) => toStage(ofStage(stacks, name), options));
}

const stageOf = ([name, outputs]: Stack): string => {
  const stage = outputs[OUTPUTS.stage];
  return typeof stage === 'string' ? stage : `(${name} names none)`;
};

const stageNames = (stacks: readonly Stack[]): string[] => [...new Set(stacks.map(stageOf))];

const ofStage = (stacks: readonly Stack[], name: string): Stack[] => stacks.filter((stack) => stageOf(stack) === name);

/** The stacks of the stage that is meant; at least one. */
function chooseStage(stacks: readonly Stack[], { stage, file }: FindStageOptions): Stack[] {
  const names = stageNames(stacks);
  const [first = '', ...others] = names;
  if (stage === undefined) {
    if (others.length === 0) return ofStage(stacks, first);
    throw new StackOutputsError(`${file} has several stages: ${names.join(', ')}. Say which one: --stage <stage>`);
  }
  const matching = ofStage(stacks, stage);
  if (matching.length > 0) return matching;
  throw new StackOutputsError(
    `${file} has no stage ${JSON.stringify(stage)}. Stages in it: ${names.join(', ')}. Give one of them as --stage, or deploy: npm run deploy -- --stage ${stage}`,
  );
}

type Checking = Pick<FindStageOptions, 'file' | 'domains'>;

function toStage(stacks: readonly Stack[], checking: Checking): StageOutputs {
  const { file } = checking;
  const found = stacks.map((stack) => toStack(stack, checking));
  const byRegion = new Map<string, StackOutputs>();
  for (const stack of found) {
    const other = byRegion.get(stack.region);
    if (other !== undefined) {
      throw new StackOutputsError(
        `${file} has two stacks of stage ${JSON.stringify(stack.stage)} for the region ${stack.region}: ${other.stackName}, ${stack.stackName}. Delete the file, then deploy: npm run deploy -- --stage ${stack.stage}`,
      );
    }
    byRegion.set(stack.region, stack);
  }
  const main = byRegion.get(DEFAULT_REGION);
  if (main === undefined) {
    throw new StackOutputsError(
      `${file} has no stack of stage ${JSON.stringify(found[0]?.stage)} for the region ${DEFAULT_REGION}, only for: ${[...byRegion.keys()].join(', ')}. Forge needs one. Deploy the whole stage: npm run deploy -- --stage ${found[0]?.stage}`,
    );
  }
  const other = found.find(({ remoteKey }) => remoteKey !== main.remoteKey);
  if (other !== undefined) {
    throw new StackOutputsError(
      `${file}: the stacks of stage ${JSON.stringify(main.stage)} serve different remotes, ${main.remoteKey} (${main.stackName}) and ${other.remoteKey} (${other.stackName}). Deploy the whole stage: npm run deploy -- --stage ${main.stage}`,
    );
  }
  const inOrder = defaultFirst(Object.fromEntries(byRegion));
  return {
    ...main,
    baseUrls: Object.fromEntries(inOrder.map(([region, { remoteBaseUrl }]) => [region, remoteBaseUrl])),
    stacks: inOrder.map(([, stack]) => stack),
  };
}

function toStack([stackName, outputs]: Stack, { file, domains = [] }: Checking): StackOutputs {
  const output = (name: string) => requiredOutput(outputs, name, stackName, file);
  const region = outputs[OUTPUTS.region] === undefined ? DEFAULT_REGION : output(OUTPUTS.region);
  const unknown = regionKeyProblem(region);
  if (unknown !== undefined) {
    throw new StackOutputsError(
      `${file}: the stack ${stackName} is for the region ${JSON.stringify(region)}, which Forge does not have. ${unknown}`,
    );
  }
  const remoteBaseUrl = output(OUTPUTS.remoteBaseUrl);
  const problem = urlProblem(remoteBaseUrl, domains);
  if (problem !== undefined) {
    throw new StackOutputsError(
      `${file}: the stack ${stackName} has ${OUTPUTS.remoteBaseUrl} ${JSON.stringify(remoteBaseUrl)}: ${problem}`,
    );
  }
  return {
    stackName,
    remoteBaseUrl,
    slotArn: output(OUTPUTS.slotArn),
    manifestRemotes: output(OUTPUTS.manifestRemotes),
    appId: output(OUTPUTS.appId),
    stage: output(OUTPUTS.stage),
    remoteKey: output(OUTPUTS.remoteKey),
    region,
  };
}

function requiredOutput(outputs: Outputs, name: string, stackName: string, file: string): string {
  const value = outputs[name];
  // They are written into files that a shell reads, and shown on terminals.
  if (typeof value === 'string' && name !== OUTPUTS.manifestRemotes && /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value)) {
    throw new StackOutputsError(
      `${file}: the stack ${stackName} has ${name} ${JSON.stringify(value)}; allowed: text on one line. ${DEPLOY}`,
    );
  }
  if (typeof value === 'string' && value !== '') return value;
  throw new StackOutputsError(`${file}: the stack ${stackName} has no output ${name}. ${DEPLOY}`);
}

/**
 * A Function URL's host: `….on.aws` (AWS's documentation of Function URLs). Other partitions have domains of their own for
 * what is `on.aws` elsewhere (public suffix list); whether Function URLs are among it isn't documented.
 */
const FUNCTION_URL_HOST =
  /^[a-z0-9]+\.lambda-url\.[a-z0-9-]+\.on\.(aws|amazonwebservices\.com\.cn|amazonwebservices\.eu)$/;

/** Why Forge is not to be sent there; `undefined` when it may be. */
function urlProblem(url: string, domains: readonly string[]): string | undefined {
  const problem = baseUrlProblem(url, true);
  if (problem !== undefined) return `${problem}. ${BASE_URL_ALLOWED}.`;
  const { hostname } = new URL(url);
  if (FUNCTION_URL_HOST.test(hostname) || LOOPBACK_HOSTS.includes(hostname) || domains.includes(hostname))
    return undefined;
  const known = domains.length === 0 ? 'config.ts has none' : domains.join(', ');
  return (
    `its host is neither that of a Function URL (<id>.lambda-url.<region>.on.aws) nor a domain of config.ts (${known}). ` +
    'Is the file that of your own deployment? Is the domain in exposure.httpApi?'
  );
}
