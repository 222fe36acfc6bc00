import { type Stack, Token, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * Tells cdk-nag why a right with a star in its resource can't be smaller. Security teams check deployments with
 * cdk-nag, and its rule AwsSolutions-IAM5 asks for such a reason.
 *
 * It covers one resource for one grantee. cdk-nag still reports any other star.
 */
export function acknowledgeWildcard(grantee: IGrantable, resource: string, reason: string): void {
  const { grantPrincipal } = grantee;
  // A principal that isn't part of this app, such as an AWS service, has no policy here.
  if (!Construct.isConstruct(grantPrincipal)) return;
  Validations.of(grantPrincipal).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
}

/** Partition, region and account as cdk-nag writes them: `<AWS::AccountId>` if CDK doesn't know the account. */
export function cdkNagScope(stack: Stack) {
  const text = (value: string, parameter: string) => (Token.isUnresolved(value) ? `<AWS::${parameter}>` : value);
  return {
    partition: text(stack.partition, 'Partition'),
    region: text(stack.region, 'Region'),
    account: text(stack.account, 'AccountId'),
  };
}
