import { type ArnComponents, ArnFormat, Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { SlotLocation } from '../lambda/contract/slot';
import type { RegionalStage } from './config';
import type { LogSettings } from './log-group';
import { ownKey, READ_WITH_KEY, WRITE_WITH_KEY, withKey } from './own-key';
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
 * Strategy `perInstallation`: a secret for each installation, called `<stack name>/slot/<installation uuid>`.
 *
 * The receiver makes them as installations call, so CloudFormation doesn't know them. Deleting them with the stack is
 * the work of {@link SlotCleanup}.
 */
export class InstallationSlots extends Construct implements Slots {
  readonly location: SlotLocation;
  readonly arn: string;
  private readonly key: IKey | undefined;
  /** {@link arn} as cdk-nag writes it. */
  private readonly cdkNagArn: string;

  constructor(scope: Construct, id: string, props: InstallationSlotsProps) {
    super(scope, id);
    this.key = ownKey(this, 'Key', props.stage.slot.kmsKeyArn);
    const stack = Stack.of(this);
    // A stack's name is in use once in an account and region, so no other stage has secrets that begin like this.
    const prefix = `${stack.stackName}/slot`;
    this.location = { prefix };
    // The slash before the star keeps out the secrets of a stack whose name is a longer one. The star also stands for
    // the six characters that Secrets Manager puts at the end of every secret's ARN.
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

  /** Includes making the secret of an installation that has none yet. */
  grantWrite(grantee: IGrantable): Grant {
    const grant = this.grant(grantee, [...WRITE_ACTIONS, ...CREATE_ACTIONS]);
    return withKey(grant, this.key, { grantee, service: 'secretsmanager', actions: WRITE_WITH_KEY });
  }

  grantDelete(grantee: IGrantable): Grant {
    return this.grant(grantee, DELETE_ACTIONS);
  }

  grantRead(grantee: IGrantable): Grant {
    const grant = this.grant(grantee, READ_ACTIONS);
    return withKey(grant, this.key, { grantee, service: 'secretsmanager', actions: READ_WITH_KEY });
  }

  grantList(grantee: IGrantable): Grant {
    // ListSecrets knows no single resources: by AWS's service authorization reference it can be granted on all or not
    // at all. It shows names, tags and versions, and no secret's value.
    acknowledgeWildcard(
      grantee,
      '*',
      'secretsmanager:ListSecrets can be granted on all secrets or not at all; it shows no value.',
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
      "The secrets are made at run time, under a prefix that is this stack's own; their names are not known before.",
    );
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [this.arn] });
  }
}
