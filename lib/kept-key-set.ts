import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type KeptKeySetLocation, NO_KEPT_KEY_SET } from '../lambda/contract/settings';

/**
 * Forge's last good key set, in a parameter of SSM Parameter Store, which is free of charge. The monitor writes it. A
 * receiver that starts while Forge's key server is down reads it.
 *
 * Whoever can write the parameter can add their own key and pass for Forge, so only the monitor may write it.
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

  /** Lets `grantee` read the key set, and nothing else. */
  grantRead(grantee: IGrantable): Grant {
    return this.grant(grantee, ['ssm:GetParameter']);
  }

  /** Lets `grantee` read and write the key set. */
  grantWrite(grantee: IGrantable): Grant {
    return this.grant(grantee, ['ssm:GetParameter', 'ssm:PutParameter']);
  }

  private grant(grantee: IGrantable, actions: string[]): Grant {
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [this.parameterArn] });
  }
}
