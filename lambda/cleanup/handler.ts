import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { asError } from '../values';

/** The answer to CloudFormation. */
export interface CleanupResult {
  /** CloudFormation's name of the resource. */
  readonly PhysicalResourceId: string;
  /** What went wrong and what to do. Absent after success. */
  readonly failure?: string;
}

interface CleanupDependencies {
  /** Prefix of the secrets' names, without the slash that follows. */
  readonly prefix: string;
  readonly deleteSecrets: () => Promise<void>;
  /** Whether only the time for an answer is left. */
  readonly timeIsUp: () => boolean;
}

/** Most characters of an SDK's message in an answer, which has at most 4,096 bytes (CloudFormation's custom resources). */
const MOST_CHARACTERS = 500;

/**
 * Deletes the slots when their stack is deleted, and ignores other events. Never throws. It may run twice, for example when
 * an answer gets lost.
 */
export async function handle(
  event: CloudFormationCustomResourceEvent,
  { prefix, deleteSecrets, timeIsUp }: CleanupDependencies,
): Promise<CleanupResult> {
  // It must not change: CloudFormation would delete the resource with the old id.
  const PhysicalResourceId = event.RequestType === 'Create' ? prefix : event.PhysicalResourceId;
  if (event.RequestType !== 'Delete') return { PhysicalResourceId };
  try {
    await deleteSecrets();
    return { PhysicalResourceId };
  } catch (error) {
    const cause = timeIsUp() ? 'The time ran out before all were deleted.' : describe(error);
    return { PhysicalResourceId, failure: `${whatFailed(prefix)} ${cause} ${whatToDo(event, prefix)}` };
  }
}

const whatFailed = (prefix: string) => `Secrets whose names begin with "${prefix}/" may still be there.`;

function describe(thrown: unknown): string {
  const { name, message } = asError(thrown);
  return `${name}: ${message}`.slice(0, MOST_CHARACTERS);
}

const whatToDo = ({ LogicalResourceId, StackId }: CloudFormationCustomResourceEvent, prefix: string) =>
  'Delete the stack again, which deletes what is left. If that fails as well, delete the secrets that begin with ' +
  `"${prefix}/" yourself, and then the stack without this resource: aws cloudformation delete-stack ` +
  `--stack-name ${StackId} --retain-resources ${LogicalResourceId}`;
