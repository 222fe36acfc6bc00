/** The outputs file lacks something. The message says what to do. */
export class StackOutputsError extends Error {
  override readonly name = 'StackOutputsError';
}

/** A stack's outputs, by name. */
export type Outputs = Readonly<Record<string, unknown>>;
export type Stack = readonly [name: string, outputs: Outputs];

/** The last sentence of an error about the file. */
export const DEPLOY_HINT = 'Deploy with "npm run deploy -- --stage <stage>", which writes the file.';

/**
 * This project's stacks in a file that `cdk deploy --outputs-file` wrote.
 *
 * @param identifyingOutputs names of outputs; a stack with any of them is ours
 * @throws {StackOutputsError} when there is no such stack, or the file has another format
 */
export function readStacks(json: string, file: string, identifyingOutputs: readonly string[]): Stack[] {
  if (json.trim() === '') throw new StackOutputsError(`${file} is empty. ${DEPLOY_HINT}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw new StackOutputsError(`${file} is not JSON: ${(error as Error).message}. ${DEPLOY_HINT}`);
  }
  if (!isRecord(parsed)) throw new StackOutputsError(`${file} is not a map of stacks to their outputs. ${DEPLOY_HINT}`);
  const stacks = Object.entries(parsed).filter((stack): stack is [string, Outputs] => isRecord(stack[1]));
  const ours = stacks.filter(([, outputs]) => identifyingOutputs.some((name) => name in outputs));
  if (ours.length > 0) return ours;
  const names = stacks.map(([name]) => name).join(', ') || 'none';
  throw new StackOutputsError(
    `${file} has no stack with this project's outputs, such as ${identifyingOutputs[0]}. Stacks in it: ${names}. ${DEPLOY_HINT}`,
  );
}

/**
 * The content of the outputs file after a deployment. `cdk deploy` leaves only the deployed stacks in it, so the stacks
 * of other stages are taken from `before`. If the deployment failed, the stage's own older stacks stay too, unless they
 * were deployed again.
 *
 * @returns `after`, unchanged, if either text is not what the CDK writes
 */
export function keepOtherStages(
  before: string,
  after: string,
  { isOwn, failed }: { readonly isOwn: (outputs: Outputs) => boolean; readonly failed: boolean },
): string {
  const [old, now] = [before, after].map(parseStacks);
  if (old === undefined || now === undefined) return after;
  const kept = Object.entries(old).filter(
    ([name, outputs]) => !(name in now) && isRecord(outputs) && (failed || !isOwn(outputs)),
  );
  return `${JSON.stringify({ ...Object.fromEntries(kept), ...now }, null, 2)}\n`;
}

function parseStacks(json: string): Outputs | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Outputs =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
