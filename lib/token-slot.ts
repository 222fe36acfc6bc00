import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SlotLocation } from '../lambda/contract/slot';
import type { RegionalStage } from './config';
import { ownKey, READ_WITH_KEY, WRITE_WITH_KEY, withKey } from './own-key';
import { DESCRIBE_ACTIONS, READ_ACTIONS, type Slots, WRITE_ACTIONS } from './slots';

export interface TokenSlotProps {
  /** Key of the remote in manifest.yml, for the secret's description. */
  readonly remoteKey: string;
  readonly stage: Pick<RegionalStage, 'name' | 'slot'>;
}

/**
 * Strategy `single`: the one secret that holds the newest app system token. It starts empty: the receiver writes its
 * first version.
 */
export class TokenSlot extends Construct implements Slots {
  readonly location: SlotLocation;
  readonly arn: string;
  private readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, props: TokenSlotProps) {
    super(scope, id);
    const { retain, kmsKeyArn } = props.stage.slot;
    this.key = ownKey(this, 'Key', kmsKeyArn);

    // Not the L2 Secret: that one generates a random value, which a reader would take for a token, and generates it
    // anew when its settings change, over the token that is there.
    const secret = new CfnSecret(this, 'Secret', {
      description: describeSlot(props),
      ...(kmsKeyArn !== undefined && { kmsKeyId: kmsKeyArn }),
    });
    // Kept later, but not when a first deployment fails and is taken back: an empty secret would be left behind.
    secret.applyRemovalPolicy(retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY);
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Forge makes the token and renews it with its calls, within 4 hours; nobody can ask for another one.',
    });
    this.arn = secret.ref;
    this.location = { secretArn: this.arn };
  }

  grantWrite(grantee: IGrantable): Grant {
    const grant = Grant.addToPrincipal({ grantee, actions: WRITE_ACTIONS, resourceArns: [this.arn] });
    return withKey(grant, this.key, { grantee, service: 'secretsmanager', actions: WRITE_WITH_KEY });
  }

  /** Grants nothing: the secret is the stack's, and frees itself when the token of a gone installation expires. */
  grantDelete(grantee: IGrantable): Grant {
    return Grant.drop(grantee, 'delete a slot that belongs to the stack');
  }

  grantRead(grantee: IGrantable): Grant {
    const grant = Grant.addToPrincipal({ grantee, actions: READ_ACTIONS, resourceArns: [this.arn] });
    return withKey(grant, this.key, { grantee, service: 'secretsmanager', actions: READ_WITH_KEY });
  }

  grantList(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({ grantee, actions: DESCRIBE_ACTIONS, resourceArns: [this.arn] });
  }

  /** Grants nothing, for the same reason as {@link grantDelete}. */
  grantDeleteExpired(grantee: IGrantable): Grant {
    return this.grantDelete(grantee);
  }
}

const describeSlot = ({ remoteKey, stage }: TokenSlotProps) =>
  `App system token of the Forge remote "${remoteKey}", stage ${stage.name}. ` +
  'Its receiver function fills it when Forge calls, and keeps it fresh; never fill it by hand. ' +
  'Empty or expired? The app must be installed, and baseUrl in manifest.yml must be the RemoteBaseUrl of this stack ' +
  "(npm run manifest -- --check); then the receiver's log names what it refused and why.";
