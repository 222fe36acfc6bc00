import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SlotLocation } from '../lambda/contract/slot';
import type { RegionalStage } from './config';
import { KEY_READ_ACTIONS, KEY_WRITE_ACTIONS, kmsKey, withKeyRights } from './kms-key';
import { DESCRIBE_ACTIONS, READ_ACTIONS, type Slots, WRITE_ACTIONS } from './slots';

export interface TokenSlotProps {
  /** Key of the remote in manifest.yml, for the secret's description. */
  readonly remoteKey: string;
  readonly stage: Pick<RegionalStage, 'name' | 'slot'>;
}

/**
 * Strategy `single`: one secret with the newest app system token. It starts empty: the receiver writes its first
 * version.
 */
export class TokenSlot extends Construct implements Slots {
  readonly location: SlotLocation;
  readonly arn: string;
  private readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, props: TokenSlotProps) {
    super(scope, id);
    const { retain, kmsKeyArn } = props.stage.slot;
    this.key = kmsKey(this, 'Key', kmsKeyArn);

    // Not CDK's Secret: it generates a random value, which a reader would take for a token, and generates a new one
    // over the real token when its settings change.
    const secret = new CfnSecret(this, 'Secret', {
      description: describeSlot(props),
      ...(kmsKeyArn !== undefined && { kmsKeyId: kmsKeyArn }),
    });
    // With `retain`, the secret is still deleted if its first deployment is rolled back: it would be empty.
    secret.applyRemovalPolicy(retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY);
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Forge issues the token and renews it with its calls, within 4 hours; nobody can request one.',
    });
    this.arn = secret.ref;
    this.location = { secretArn: this.arn };
  }

  grantWrite(grantee: IGrantable): Grant {
    const grant = Grant.addToPrincipal({ grantee, actions: WRITE_ACTIONS, resourceArns: [this.arn] });
    return withKeyRights(grant, this.key, { grantee, service: 'secretsmanager', actions: KEY_WRITE_ACTIONS });
  }

  /** Grants nothing: the secret belongs to the stack, and is free for the next installation when its token expires. */
  grantDelete(grantee: IGrantable): Grant {
    return Grant.drop(grantee, 'delete a slot that belongs to the stack');
  }

  grantRead(grantee: IGrantable): Grant {
    const grant = Grant.addToPrincipal({ grantee, actions: READ_ACTIONS, resourceArns: [this.arn] });
    return withKeyRights(grant, this.key, { grantee, service: 'secretsmanager', actions: KEY_READ_ACTIONS });
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
  'The receiver writes it when Forge calls, and keeps it fresh; never write it by hand. ' +
  'Empty or expired? Check that the app is installed and that baseUrl in manifest.yml is the RemoteBaseUrl of this stack ' +
  "(npm run manifest -- --check); then look in the receiver's log, which says what it refused and why.";
