/** Names of the stack's outputs: the stack writes them, `npm run manifest` reads them. */
export const OUTPUTS = {
  /** The deployed backend's URL, with no slash at its end. */
  remoteBaseUrl: 'RemoteBaseUrl',
  /** ARN of the secret that holds the app system token; the pattern of their ARNs where each installation has its own. */
  slotArn: 'SlotArn',
  /** The `remotes` entry of manifest.yml, ready to paste. */
  manifestRemotes: 'ManifestRemotes',
  /** The app's ARI: whose calls the backend accepts. */
  appId: 'AppId',
  /** Name of the stage in config.ts. */
  stage: 'Stage',
  /** Key of the remote in manifest.yml. */
  remoteKey: 'RemoteKey',
} as const;

/** Name of the output with the dashboard's URL. For people, and absent where there is no dashboard. */
export const DASHBOARD_URL_OUTPUT = 'DashboardUrl';

/** Names of the outputs of a domain: for people, and absent where there is nothing to do. */
export const DNS_RECORD_OUTPUT = 'DnsRecord';
export const KEPT_FUNCTION_URL_OUTPUT = 'KeptFunctionUrl';

/** Outputs that tell our stack from others: any stack might have a `Stage` or an `AppId`. */
const TELLING = [OUTPUTS.remoteBaseUrl, OUTPUTS.slotArn, OUTPUTS.manifestRemotes, OUTPUTS.remoteKey];

/** What a deployed stack says of itself. */
export interface StackOutputs {
  readonly stackName: string;
  readonly remoteBaseUrl: string;
  readonly slotArn: string;
  readonly manifestRemotes: string;
  readonly appId: string;
  readonly stage: string;
  readonly remoteKey: string;
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
}

/** The outputs file doesn't say what is needed. The message says what to do. */
export class StackOutputsError extends Error {
  override readonly name = 'StackOutputsError';
}

type Outputs = Readonly<Record<string, unknown>>;
type Stack = readonly [name: string, outputs: Outputs];

const DEPLOY = 'Deploy with "npm run deploy -- --stage <stage>", which writes the file.';

/**
 * Finds a stage in what `cdk deploy --outputs-file` wrote: `{ stack name: { output: value } }`.
 *
 * @throws {StackOutputsError} when there is no such stage, or several, when an output is missing, or when the stack
 * belongs to another app
 */
export function findStage(json: string, options: FindStageOptions): StackOutputs {
  const { file, appId } = options;
  const [stackName, outputs] = chooseStack(ourStacks(json, file), options);
  const output = (name: string) => requiredOutput(outputs, name, stackName, file);
  const found = {
    stackName,
    remoteBaseUrl: output(OUTPUTS.remoteBaseUrl),
    slotArn: output(OUTPUTS.slotArn),
    manifestRemotes: output(OUTPUTS.manifestRemotes),
    appId: output(OUTPUTS.appId),
    stage: output(OUTPUTS.stage),
    remoteKey: output(OUTPUTS.remoteKey),
  };
  if (found.appId === appId) return found;
  throw new StackOutputsError(
    [
      `${file}: the stack ${stackName} belongs to another app.`,
      `  deployed for  ${found.appId}`,
      `  manifest.yml  ${appId}`,
      'Correct app.id in manifest.yml, or deploy again for the app that it names.',
    ].join('\n'),
  );
}

function ourStacks(json: string, file: string): Stack[] {
  if (json.trim() === '') throw new StackOutputsError(`${file} is empty. ${DEPLOY}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw new StackOutputsError(`${file} is not JSON: ${(error as Error).message}. ${DEPLOY}`);
  }
  if (!isRecord(parsed)) throw new StackOutputsError(`${file} is not a map of stacks to their outputs. ${DEPLOY}`);
  const stacks = Object.entries(parsed).filter((stack): stack is [string, Outputs] => isRecord(stack[1]));
  const ours = stacks.filter(([, outputs]) => TELLING.some((name) => name in outputs));
  if (ours.length > 0) return ours;
  const names = stacks.map(([name]) => name).join(', ') || 'none';
  throw new StackOutputsError(
    `${file} has no stack with the outputs of this project, such as ${OUTPUTS.remoteBaseUrl}. Stacks in it: ${names}. ${DEPLOY}`,
  );
}

function chooseStack(stacks: readonly Stack[], { stage, file }: FindStageOptions): Stack {
  const stages = stacks.map(([name, outputs]) => outputs[OUTPUTS.stage] ?? `(${name} names none)`).join(', ');
  const matching = stage === undefined ? stacks : stacks.filter(([, outputs]) => outputs[OUTPUTS.stage] === stage);
  const [first, ...others] = matching;
  if (first === undefined) {
    throw new StackOutputsError(
      `${file} has no stage ${JSON.stringify(stage)}. Stages in it: ${stages}. Give one of them as --stage, or deploy: npm run deploy -- --stage ${stage}`,
    );
  }
  if (others.length === 0) return first;
  if (stage === undefined) {
    throw new StackOutputsError(`${file} has several stages: ${stages}. Say which one: --stage <stage>`);
  }
  const names = matching.map(([name]) => name).join(', ');
  throw new StackOutputsError(
    `${file} has several stacks of stage ${JSON.stringify(stage)}: ${names}. Delete the file, then deploy: npm run deploy -- --stage ${stage}`,
  );
}

function requiredOutput(outputs: Outputs, name: string, stackName: string, file: string): string {
  const value = outputs[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new StackOutputsError(`${file}: the stack ${stackName} has no output ${name}. ${DEPLOY}`);
}

const isRecord = (value: unknown): value is Outputs =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
