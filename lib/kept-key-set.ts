import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type KeptKeySetLocation, NO_KEPT_KEY_SET } from '../lambda/contract/settings';

/**
 * Forge's last good key set, in a parameter of SSM Parameter Store, which costs nothing. The monitor writes it, and a
 * receiver that starts while Forge's key server is down reads it.
 *
 * Anybody who can write the parameter can add a key of their own and pass for Forge. So only the monitor may write
 * it.
 */
export class KeptKeySet extends Construct {
  readonly location: KeptKeySetLocation;
  private readonly parameterArn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const parameter = new StringParameter(this, 'Parameter', {
      description: "Forge's public keys, kept for an outage of its key server",
      stringValue: NO_KEPT_KEY_SET,
    });
    this.location = { parameterName: parameter.parameterName };
    this.parameterArn = parameter.parameterArn;
  }

  /** Lets `grantee` read what is kept, and nothing else. */
  grantRead(grantee: IGrantable): Grant {
    return this.grant(grantee, ['ssm:GetParameter']);
  }

  /** Lets `grantee` write it, and look at what is there before. */
  grantKeep(grantee: IGrantable): Grant {
    return this.grant(grantee, ['ssm:GetParameter', 'ssm:PutParameter']);
  }

  private grant(grantee: IGrantable, actions: string[]): Grant {
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [this.parameterArn] });
  }
}
