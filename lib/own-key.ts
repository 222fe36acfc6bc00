import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';

/** What takes rights on a key in the name of whoever calls it. */
export type KeyUser = 'secretsmanager' | 'sqs' | 'dynamodb';

/** To read what is encrypted with the key (documentation of Secrets Manager and SQS). */
export const READ_WITH_KEY = ['kms:Decrypt'];

/** To write it (same documentation): data keys are checked by decrypting them. */
export const WRITE_WITH_KEY = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** A key of the team's in AWS KMS, by its ARN in config.ts. Absent without one. */
export const ownKey = (scope: Construct, id: string, arn: string | undefined): IKey | undefined =>
  arn === undefined ? undefined : Key.fromKeyArn(scope, id, arn);

/** Lets `grantee` use the key through one service and no other way, beside what `grant` lets it do there. */
export function withKey(
  grant: Grant,
  key: IKey | undefined,
  { grantee, service, actions }: { grantee: IGrantable; service: KeyUser; actions: string[] },
): Grant {
  if (!key) return grant;
  const conditions = { StringEquals: { 'kms:ViaService': viaService(service, Stack.of(key).region) } };
  return grant.combine(Grant.addToPrincipal({ grantee, actions, resourceArns: [key.keyArn], conditions }));
}

/**
 * What KMS calls the service in the region. AWS's documentation has `amazonaws.com` alone, and users in China write the domain of
 * theirs, `amazonaws.com.cn`: where the two differ, both are right. Nobody but AWS sets this key of a request.
 */
function viaService(service: KeyUser, region: string): string | string[] {
  const documented = 'amazonaws.com';
  const { domainSuffix = documented } = RegionInfo.get(region);
  const [first = '', ...others] = [...new Set([documented, domainSuffix])].map(
    (domain) => `${service}.${region}.${domain}`,
  );
  return others.length === 0 ? first : [first, ...others];
}
