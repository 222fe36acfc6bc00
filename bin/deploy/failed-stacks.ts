/**
 * Stacks whose first deployment failed. CloudFormation rolls them back to an empty stack that can only be deleted. The cdk CLI
 * would delete and create it again, but termination protection, which the CLI has already switched on, forbids that.
 */
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { StageStack } from '../../lib/stage-stacks';
import { LOCAL_CREDENTIALS } from '../../tools/emulator/aws/account';
import { messageOf } from '../command';

/** Where a stage is deployed to. */
export interface Destination {
  readonly stacks: readonly StageStack[];
  /** URL of an emulated AWS. @default AWS itself */
  readonly endpoint?: string;
  /** Profile of the AWS configuration. @default the SDK's choice */
  readonly profile?: string;
}

/** A stack that was never in use. */
export interface FailedStack {
  readonly name: string;
  readonly region: string;
  /** `ROLLBACK_COMPLETE` or `ROLLBACK_FAILED`. */
  readonly status: string;
  readonly isProtected: boolean;
  /** @throws {Error} from AWS */
  unprotect(): Promise<void>;
}

/** States of a stack that was never complete and can only be deleted (CloudFormation's documentation of stack states). */
const CREATION_FAILED: readonly string[] = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'];

/** The stacks whose first deployment failed. Leaves out stacks that can't be described: the cdk CLI reports why. */
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

/** Explains why a protected one is in the way. */
export const describeFailedStack = ({ name, region, status }: FailedStack): string =>
  `The first deployment of ${name} in ${region} failed (${status}). The stack is empty, nobody calls it, and it can only be ` +
  'deleted and created again. Termination protection, which is meant for stacks in use, forbids that.';

/** The command that does it by hand. */
export const unprotectCommand = ({ name, region }: FailedStack): string =>
  `aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${name} --region ${region}`;

/**
 * Switches the protection of these stacks off.
 *
 * @throws {Error} with AWS's answer and the command to use instead
 */
export async function unprotect(stacks: readonly FailedStack[]): Promise<void> {
  for (const stack of stacks) {
    await stack.unprotect().catch((error: unknown) => {
      throw new Error(
        `Can't switch off the protection of ${stack.name}: ${messageOf(error)}\nWith credentials that are allowed to: ${unprotectCommand(stack)}`,
      );
    });
  }
}
