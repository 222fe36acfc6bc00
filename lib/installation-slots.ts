import { type ArnComponents, ArnFormat, Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { SlotLocation } from '../lambda/contract/slot';
import type { RegionalStage } from './config';
import { KEY_READ_ACTIONS, KEY_WRITE_ACTIONS, kmsKey, withKeyRights } from './kms-key';
import type { LogSettings } from './log-group';
import { SlotCleanup } from './slot-cleanup';
import {
  CREATE_ACTIONS,
  DELETE_ACTIONS,
  DESCRIBE_ACTIONS,
  LIST_ACTIONS,
  READ_ACTIONS,
  type Slots,
  WRITE_ACTIONS,
} from './slots';
import { acknowledgeWildcard, cdkNagScope } from './wildcard-rights';

export interface InstallationSlotsProps {
  readonly stage: Pick<RegionalStage, 'name' | 'slot'> & LogSettings;
}

/**
 * Strategy `perInstallation`: one secret per installation, called `<stack name>/slot/<installation uuid>`.
 *
 * The receiver creates them when installations call, so CloudFormation doesn't know them. {@link SlotCleanup} deletes
 * them with the stack.
 */
export class InstallationSlots extends Construct implements Slots {
  readonly location: SlotLocation;
  readonly arn: string;
  private readonly key: IKey | undefined;
  /** {@link arn} as cdk-nag writes it. */
  private readonly cdkNagArn: string;

  constructor(scope: Construct, id: string, props: InstallationSlotsProps) {
    super(scope, id);
    this.key = kmsKey(this, 'Key', props.stage.slot.kmsKeyArn);
    const stack = Stack.of(this);
    // Stack names are unique in an account and region, so no other stage has secrets with this prefix.
    const prefix = `${stack.stackName}/slot`;
    this.location = { prefix };
    // The slash before the star excludes stacks whose names merely start with this one. The star also covers the six
    // characters that Secrets Manager appends to the ARN of each secret.
    const arn: ArnComponents = {
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${prefix}/*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    };
    this.arn = stack.formatArn(arn);
    this.cdkNagArn = stack.formatArn({ ...arn, ...cdkNagScope(stack) });

    new SlotCleanup(this, 'Cleanup', {
      prefix,
      slots: this,
      stage: props.stage,
    });
  }

  /** Includes creating the secret of a new installation. */
  grantWrite(grantee: IGrantable): Grant {
    const grant = this.grant(grantee, [...WRITE_ACTIONS, ...CREATE_ACTIONS]);
    return withKeyRights(grant, this.key, { grantee, service: 'secretsmanager', actions: KEY_WRITE_ACTIONS });
  }

  grantDelete(grantee: IGrantable): Grant {
    return this.grant(grantee, DELETE_ACTIONS);
  }

  grantRead(grantee: IGrantable): Grant {
    const grant = this.grant(grantee, READ_ACTIONS);
    return withKeyRights(grant, this.key, { grantee, service: 'secretsmanager', actions: KEY_READ_ACTIONS });
  }

  grantList(grantee: IGrantable): Grant {
    // ListSecrets has no resource-level permissions (AWS's service authorization reference). It returns names, tags and
    // versions, but no values.
    acknowledgeWildcard(
      grantee,
      '*',
      'secretsmanager:ListSecrets has no resource-level permissions; it returns no values.',
    );
    return Grant.addToPrincipal({ grantee, actions: LIST_ACTIONS, resourceArns: ['*'] });
  }

  grantDeleteExpired(grantee: IGrantable): Grant {
    return this.grant(grantee, [...DESCRIBE_ACTIONS, ...DELETE_ACTIONS]);
  }

  private grant(grantee: IGrantable, actions: string[]): Grant {
    acknowledgeWildcard(
      grantee,
      this.cdkNagArn,
      "The secrets are created at run time, under a prefix that only this stack uses; their names aren't known before.",
    );
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [this.arn] });
  }
}
