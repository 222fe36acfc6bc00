import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';

/** AWS services that use a key on behalf of the caller. */
export type KeyService = 'secretsmanager' | 'sqs' | 'dynamodb';

/** Rights to read data that the key encrypts (documentation of Secrets Manager and SQS). */
export const KEY_READ_ACTIONS = ['kms:Decrypt'];

/** Rights to write it (same documentation): the services decrypt each data key to check it. */
export const KEY_WRITE_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** The team's key in AWS KMS, from its ARN in config.ts; `undefined` without an ARN. */
export const kmsKey = (scope: Construct, id: string, arn: string | undefined): IKey | undefined =>
  arn === undefined ? undefined : Key.fromKeyArn(scope, id, arn);

/** Adds the right to use the key to `grant`, through one service only. Without a key, `grant` stays as it is. */
export function withKeyRights(
  grant: Grant,
  key: IKey | undefined,
  { grantee, service, actions }: { grantee: IGrantable; service: KeyService; actions: string[] },
): Grant {
  if (!key) return grant;
  const conditions = { StringEquals: { 'kms:ViaService': viaService(service, Stack.of(key).region) } };
  return grant.combine(Grant.addToPrincipal({ grantee, actions, resourceArns: [key.keyArn], conditions }));
}

/**
 * KMS's name of the service in a region. AWS's documentation only has `amazonaws.com`, but users in China report
 * `amazonaws.com.cn`. Where they differ, both are allowed: only AWS itself sets this condition key.
 */
function viaService(service: KeyService, region: string): string | string[] {
  const documented = 'amazonaws.com';
  const { domainSuffix = documented } = RegionInfo.get(region);
  const [first = '', ...others] = [...new Set([documented, domainSuffix])].map(
    (domain) => `${service}.${region}.${domain}`,
  );
  return others.length === 0 ? first : [first, ...others];
}
