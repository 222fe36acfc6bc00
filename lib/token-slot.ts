import { RemovalPolicy } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export interface TokenSlotProps {
  /** Key of the remote in manifest.yml, for the secret's description. */
  readonly remoteKey: string;
  /** Name of the stage, for the secret's description. */
  readonly stage: string;
  /**
   * Keep the secret when its stack is deleted.
   *
   * @default false
   */
  readonly retain?: boolean;
}

/** The secret that holds the newest app system token. It starts empty: the receiver writes its first version. */
export class TokenSlot extends Construct {
  readonly secretArn: string;

  constructor(scope: Construct, id: string, props: TokenSlotProps) {
    super(scope, id);

    // Not the L2 Secret: that one generates a random value, which a reader would take for a token, and generates it
    // anew when its settings change, over the token that is there.
    const secret = new CfnSecret(this, 'Secret', { description: describeSlot(props) });
    secret.applyRemovalPolicy(props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    this.secretArn = secret.ref;
  }

  /**
   * Lets `grantee` put a newer token in the slot: describe its versions, write one, move the staging labels.
   * Reading a token isn't part of it.
   */
  grantWrite(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      resourceArns: [this.secretArn],
    });
  }
}

const describeSlot = ({ remoteKey, stage }: TokenSlotProps) =>
  `App system token of the Forge remote "${remoteKey}", stage ${stage}. ` +
  'Its receiver function fills it when Forge calls, and keeps it fresh; never fill it by hand. ' +
  'Empty or expired? The app must be installed, and baseUrl in manifest.yml must be the RemoteBaseUrl of this stack ' +
  "(npm run manifest -- --check); then the receiver's log names what it refused and why.";
