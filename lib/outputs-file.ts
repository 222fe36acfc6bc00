/** The outputs file doesn't say what is needed. The message says what to do. */
export class StackOutputsError extends Error {
  override readonly name = 'StackOutputsError';
}

/** Outputs of a stack, by name. */
export type Outputs = Readonly<Record<string, unknown>>;
export type Stack = readonly [name: string, outputs: Outputs];

/** What to do when the file lacks something, as a sentence. */
export const DEPLOY = 'Deploy with "npm run deploy -- --stage <stage>", which writes the file.';

/**
 * The stacks of this project in what `cdk deploy --outputs-file` wrote.
 *
 * @param telling outputs of which any one tells such a stack from others
 * @throws {StackOutputsError} when there is none, or the file is of another kind
 */
export function readStacks(json: string, file: string, telling: readonly string[]): Stack[] {
  if (json.trim() === '') throw new StackOutputsError(`${file} is empty. ${DEPLOY}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw new StackOutputsError(`${file} is not JSON: ${(error as Error).message}. ${DEPLOY}`);
  }
  if (!isRecord(parsed)) throw new StackOutputsError(`${file} is not a map of stacks to their outputs. ${DEPLOY}`);
  const stacks = Object.entries(parsed).filter((stack): stack is [string, Outputs] => isRecord(stack[1]));
  const ours = stacks.filter(([, outputs]) => telling.some((name) => name in outputs));
  if (ours.length > 0) return ours;
  const names = stacks.map(([name]) => name).join(', ') || 'none';
  throw new StackOutputsError(
    `${file} has no stack with the outputs of this project, such as ${telling[0]}. Stacks in it: ${names}. ${DEPLOY}`,
  );
}

/**
 * What the outputs file is to hold after a deploy, which has left only its own stacks in it: those, and the stacks of
 * the other stages that were in it before. After a deploy that failed, the stage's own stacks of before stay as well,
 * where they were not deployed again.
 *
 * @returns `after` as it is where either text is not what the CDK writes
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
