import { type Stack, Token, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * Gives cdk-nag the reason why a right with a star in its resource is as small as it can be. Security teams run cdk-nag
 * over what they deploy; its rule AwsSolutions-IAM5 asks for such a reason.
 *
 * It covers this resource alone, for this grantee: any other star is still found.
 */
export function acknowledgeWildcard(grantee: IGrantable, resource: string, reason: string): void {
  const { grantPrincipal } = grantee;
  // A principal outside this app, such as a service's, has no policy here.
  if (!Construct.isConstruct(grantPrincipal)) return;
  Validations.of(grantPrincipal).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
}

/** Partition, region and account as cdk-nag writes them: `<AWS::AccountId>` where CDK doesn't know it. */
export function cdkNagScope(stack: Stack) {
  const text = (value: string, parameter: string) => (Token.isUnresolved(value) ? `<AWS::${parameter}>` : value);
  return {
    partition: text(stack.partition, 'Partition'),
    region: text(stack.region, 'Region'),
    account: text(stack.account, 'AccountId'),
  };
}
