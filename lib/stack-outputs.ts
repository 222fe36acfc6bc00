import { BASE_URL_ALLOWED, baseUrlProblem, LOOPBACK_HOSTS } from './manifest/base-url';
import type { RegionMap } from './manifest/model';
import { DEFAULT_REGION, defaultFirst, regionKeyProblem } from './manifest/regions';
import { DEPLOY_HINT, type Outputs, readStacks, type Stack, StackOutputsError } from './outputs-file';

export { StackOutputsError };

/** Names of the stack's outputs: the stack writes them, `npm run manifest` reads them. */
export const OUTPUTS = {
  /** The deployed backend's URL, with no slash at its end. */
  remoteBaseUrl: 'RemoteBaseUrl',
  /**
   * ARN of the secret that holds the app system token. With a secret per installation: the pattern of their ARNs. With
   * a table: its ARN.
   */
  slotArn: 'SlotArn',
  /** The `remotes` entry of manifest.yml, ready to paste. */
  manifestRemotes: 'ManifestRemotes',
  /** ARI of the app whose calls the backend accepts. */
  appId: 'AppId',
  /** Name of the stage in config.ts. */
  stage: 'Stage',
  /** Key of the remote in manifest.yml. */
  remoteKey: 'RemoteKey',
  /** Forge's key of the region that the stack serves, such as `EU`, or `default`. */
  region: 'Region',
} as const;

/** Name of the output with the dashboard's URL. For people. Absent without a dashboard. */
export const DASHBOARD_URL_OUTPUT = 'DashboardUrl';

/** Names of a domain's outputs. For people. Absent if there is nothing to do. */
export const DNS_RECORD_OUTPUT = 'DnsRecord';
export const KEPT_FUNCTION_URL_OUTPUT = 'KeptFunctionUrl';

/** Outputs that identify our stacks. Other stacks may have a `Stage` or an `AppId` too. */
const IDENTIFYING_OUTPUTS = [OUTPUTS.remoteBaseUrl, OUTPUTS.slotArn, OUTPUTS.manifestRemotes, OUTPUTS.remoteKey];

/** The outputs of a deployed stack. */
export interface StackOutputs {
  readonly stackName: string;
  readonly remoteBaseUrl: string;
  readonly slotArn: string;
  readonly manifestRemotes: string;
  readonly appId: string;
  readonly stage: string;
  readonly remoteKey: string;
  /** Forge's key of the region; `default` if the stack has no such output. */
  readonly region: string;
}

/** A deployed stage: its stack for the default region, and its stacks for other regions. */
export interface StageOutputs extends StackOutputs {
  /** The URLs that Forge calls, by region: the `baseUrl` for manifest.yml. */
  readonly baseUrls: RegionMap;
  /** All stacks, the default region's first. */
  readonly stacks: readonly StackOutputs[];
}

export interface FindStageOptions {
  /**
   * Name of the stage.
   *
   * @default the only stage in the file; with several, an error
   */
  readonly stage?: string;
  /** The app that the stack must belong to: `app.id` of manifest.yml. */
  readonly appId: string;
  /** Name of the outputs file, for errors. */
  readonly file: string;
  /**
   * Domains of `exposure.httpApi` in config.ts: hosts that are allowed beside AWS's own.
   *
   * @default - none
   */
  readonly domains?: readonly string[];
}

/**
 * Finds a stage in a file that `cdk deploy --outputs-file` wrote: `{ stack name: { output: value } }`.
 *
 * @throws {StackOutputsError} when there is no such stage, or several; when an output or the default region is missing;
 * when two stacks serve one region; when a stack belongs to another app
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
 * All stages of the app, in the order of the file. Other apps' stages are left out.
 *
 * @throws {StackOutputsError} for the same reasons as {@link findStage}
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

/** The stacks of the chosen stage, or of the only one. At least one stack. */
function chooseStage(stacks: readonly Stack[], { stage, file }: FindStageOptions): Stack[] {
  const names = stageNames(stacks);
  const [first = '', ...others] = names;
  if (stage === undefined) {
    if (others.length === 0) return ofStage(stacks, first);
    throw new StackOutputsError(`${file} has several stages: ${names.join(', ')}. Choose one: --stage <stage>`);
  }
  const matching = ofStage(stacks, stage);
  if (matching.length > 0) return matching;
  throw new StackOutputsError(
    `${file} has no stage ${JSON.stringify(stage)}. Stages in it: ${names.join(', ')}. Choose one of them, or deploy: npm run deploy -- --stage ${stage}`,
  );
}

type CheckOptions = Pick<FindStageOptions, 'file' | 'domains'>;

function toStage(stacks: readonly Stack[], options: CheckOptions): StageOutputs {
  const { file } = options;
  const found = stacks.map((stack) => toStack(stack, options));
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

function toStack([stackName, outputs]: Stack, { file, domains = [] }: CheckOptions): StackOutputs {
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
  // Outputs are written into files that shells read, and shown on terminals.
  if (typeof value === 'string' && name !== OUTPUTS.manifestRemotes && /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value)) {
    throw new StackOutputsError(
      `${file}: the stack ${stackName} has ${name} ${JSON.stringify(value)}; allowed: text on one line. ${DEPLOY_HINT}`,
    );
  }
  if (typeof value === 'string' && value !== '') return value;
  throw new StackOutputsError(`${file}: the stack ${stackName} has no output ${name}. ${DEPLOY_HINT}`);
}

/**
 * A Function URL's host: `….on.aws` (AWS's documentation of Function URLs). Other partitions use other domains instead
 * of `on.aws` (public suffix list). Whether their Function URLs do, too, isn't documented.
 */
const FUNCTION_URL_HOST =
  /^[a-z0-9]+\.lambda-url\.[a-z0-9-]+\.on\.(aws|amazonwebservices\.com\.cn|amazonwebservices\.eu)$/;

/** Why Forge must not call `url`; `undefined` if it may. */
function urlProblem(url: string, domains: readonly string[]): string | undefined {
  const problem = baseUrlProblem(url, true);
  if (problem !== undefined) return `${problem}. ${BASE_URL_ALLOWED}.`;
  const { hostname } = new URL(url);
  if (FUNCTION_URL_HOST.test(hostname) || LOOPBACK_HOSTS.includes(hostname) || domains.includes(hostname))
    return undefined;
  const known = domains.length === 0 ? 'config.ts has none' : domains.join(', ');
  return (
    `its host is neither a Function URL's (<id>.lambda-url.<region>.on.aws) nor a domain in config.ts (${known}). ` +
    'Is this the file of your own deployment? Is the domain in exposure.httpApi?'
  );
}
