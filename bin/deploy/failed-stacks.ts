/**
 * Stacks whose first deployment failed. CloudFormation takes back what it made and leaves an empty stack, which can only be
 * deleted. The cdk CLI does so before it makes it anew; but it has switched termination protection on by then, where the stage
 * wants it, and that forbids it.
 */
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { StageStack } from '../../lib/stage-stacks';
import { LOCAL_CREDENTIALS } from '../../tools/emulator/aws/account';
import { messageOf } from '../command';

/** Where a deployment goes to. */
export interface Destination {
  readonly stacks: readonly StageStack[];
  /** An emulated AWS. Absent: AWS itself. */
  readonly endpoint?: string;
  /** Of the AWS configuration. @default what the SDK finds */
  readonly profile?: string;
}

/** A stack that never was in use. */
export interface FailedStack {
  readonly name: string;
  readonly region: string;
  /** `ROLLBACK_COMPLETE`, or `ROLLBACK_FAILED` where something could not be taken back. */
  readonly status: string;
  readonly isProtected: boolean;
  /** @throws {Error} what AWS says */
  unprotect(): Promise<void>;
}

/** States in which a stack never was complete, and can only be deleted (CloudFormation's documentation of them). */
const CREATION_FAILED: readonly string[] = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'];

/** Those of the stacks whose first deployment failed. What can't be looked at isn't named: the cdk CLI tells why. */
export async function findFailedStacks(destination: Destination): Promise<FailedStack[]> {
  const { stacks } = destination;
  const found = await Promise.all(stacks.map((stack) => findFailedStack(stack, destination)));
  return found.flatMap((stack) => stack ?? []);
}

async function findFailedStack(
  { id: name, region }: StageStack,
  { endpoint, profile }: Destination,
): Promise<FailedStack | undefined> {
  const { CloudFormationClient, DescribeStacksCommand, UpdateTerminationProtectionCommand } = await import(
    '@aws-sdk/client-cloudformation'
  );
  const client: CloudFormationClient = new CloudFormationClient({
    region,
    ...(endpoint !== undefined && { endpoint, credentials: LOCAL_CREDENTIALS }),
    ...(profile !== undefined && { profile }),
  });
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    if (!CREATION_FAILED.includes(stack?.StackStatus ?? '')) return undefined;
    return {
      name,
      region,
      status: stack?.StackStatus ?? '',
      isProtected: stack?.EnableTerminationProtection ?? false,
      async unprotect() {
        await client.send(
          new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: false }),
        );
      },
    };
  } catch {
    return undefined;
  }
}

/** What is to be said of a protected one. */
export const describeFailedStack = ({ name, region, status }: FailedStack): string =>
  `${name} in ${region}: its first deployment failed (${status}). The stack is empty and has no URL that anybody calls, and ` +
  'can only be deleted and made anew. Its termination protection, which is for a stack in use, forbids that.';

/** How a person does the same by hand. */
export const unprotectCommand = ({ name, region }: FailedStack): string =>
  `aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${name} --region ${region}`;

/**
 * Switches the protection of these stacks off.
 *
 * @throws {Error} that says what AWS answers, and how to do it by hand
 */
export async function unprotect(stacks: readonly FailedStack[]): Promise<void> {
  for (const stack of stacks) {
    await stack.unprotect().catch((error: unknown) => {
      throw new Error(
        `The protection of ${stack.name} can't be switched off: ${messageOf(error)}\nWith credentials that may: ${unprotectCommand(stack)}`,
      );
    });
  }
}
