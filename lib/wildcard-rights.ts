import { type Stack, Token, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * Gives the reason why a right with a star in its resource is as small as it can be. Security teams run cdk-nag's rules over what
 * they deploy; its rule AwsSolutions-IAM5 asks for such a reason, and is quiet where there is one.
 *
 * It covers this resource alone, for this grantee: any other star is still found.
 */
export function acknowledgeWildcard(grantee: IGrantable, resource: string, reason: string): void {
  const { grantPrincipal } = grantee;
  // A principal that is no part of this app, such as a service's, has no policy here that could be found.
  if (!Construct.isConstruct(grantPrincipal)) return;
  Validations.of(grantPrincipal).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
}

/** Partition, region and account in the way that cdk-nag writes them: `<AWS::AccountId>` where CDK doesn't know it. */
export function cdkNagScope(stack: Stack) {
  const text = (value: string, parameter: string) => (Token.isUnresolved(value) ? `<AWS::${parameter}>` : value);
  return {
    partition: text(stack.partition, 'Partition'),
    region: text(stack.region, 'Region'),
    account: text(stack.account, 'AccountId'),
  };
}
