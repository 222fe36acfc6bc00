import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { slotVariables } from '../lambda/contract/settings';
import { addFunction } from './backend-function';
import type { RegionalStage } from './config';
import type { LogSettings } from './log-group';
import type { Slots } from './slots';

/**
 * The longest that Lambda allows. 5 minutes of it pass before the secrets are listed once more; the rest is enough to
 * delete some ten thousand, one after the other.
 */
const TIMEOUT = Duration.minutes(15);

/**
 * How long CloudFormation waits for the function's answer, which without a limit is an hour. A second try fits in, which
 * Lambda makes a minute after the first one ended in an error.
 */
const ANSWER_WITHIN = Duration.minutes(35);

export interface SlotCleanupProps {
  /** What the names of the secrets begin with, without the slash that follows. */
  readonly prefix: string;
  /** The slots that are deleted. */
  readonly slots: Slots;
  readonly stage: Pick<RegionalStage, 'name' | 'slot'> & LogSettings;
}

/** Deletes the secrets that were made at run time when their stack is deleted, or keeps them in another way. */
export class SlotCleanup extends Construct {
  constructor(scope: Construct, id: string, props: SlotCleanupProps) {
    super(scope, id);
    const { name, slot } = props.stage;

    const { function: lambda, role } = addFunction(this, {
      folder: 'cleanup',
      service: 'secretsmanager',
      timeout: TIMEOUT,
      environment: slotVariables({ prefix: props.prefix }),
      log: props.stage,
      description: `Deletes the app system tokens of stage ${name} when its stack is deleted`,
    });
    props.slots.grantDelete(role);
    props.slots.grantList(role);

    new CustomResource(this, 'Resource', {
      resourceType: 'Custom::ForgeRemoteSlots',
      serviceToken: lambda.functionArn,
      serviceTimeout: ANSWER_WITHIN,
      // To keep the secrets, the resource stays and CloudFormation never asks to delete it. Were it left out of the
      // stack instead, then a deployment that turns `retain` on would remove it, and the secrets at once.
      removalPolicy: slot.retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      // CloudFormation takes no notice of a removal policy that changes alone.
      properties: { retain: String(slot.retain) },
    });
  }
}
