import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { slotVariables } from '../lambda/contract/settings';
import { addFunction } from './backend-function';
import type { RegionalStage } from './config';
import type { LogSettings } from './log-group';
import type { Slots } from './slots';

/**
 * Lambda's maximum. The function waits 5 minutes before it lists the secrets a second time; the rest is enough to
 * delete about ten thousand secrets, one after the other.
 */
const TIMEOUT = Duration.minutes(15);

/**
 * How long CloudFormation waits for the function's answer; its default is an hour. It leaves time for a second attempt,
 * which Lambda starts a minute after a failed one.
 */
const SERVICE_TIMEOUT = Duration.minutes(35);

export interface SlotCleanupProps {
  /** Prefix of the secrets' names, without the slash after it. */
  readonly prefix: string;
  /** The slots to delete. */
  readonly slots: Slots;
  readonly stage: Pick<RegionalStage, 'name' | 'slot'> & LogSettings;
}

/** Deletes the secrets that the receiver created when their stack is deleted, unless config.ts says `retain`. */
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
      serviceTimeout: SERVICE_TIMEOUT,
      // With `retain` the resource stays, and CloudFormation never asks it to delete the secrets. If the resource were
      // left out instead, the deployment that turns `retain` on would delete the secrets at once.
      removalPolicy: slot.retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      // CloudFormation ignores an update that changes nothing but the removal policy.
      properties: { retain: String(slot.retain) },
    });
  }
}
