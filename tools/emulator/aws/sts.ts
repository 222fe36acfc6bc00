import { type Account, partitionOf } from './account';
import type { Iam } from './iam';
import type { QueryOperations } from './query-protocol';
import type { AwsRequest } from './request';

const CREDENTIALS_LIFE_MS = 60 * 60 * 1000;

/** STS: caller identities and assumed roles. */
export function stsOperations({ accountId, region }: Account, iam: Iam): QueryOperations {
  const principal = ({ accessKeyId = '' }: AwsRequest) => iam.principal(accessKeyId, partitionOf(region).name);
  return {
    GetCallerIdentity: (_parameters, request) => {
      const { arn } = principal(request);
      return { Account: accountId, Arn: arn, UserId: `AIDA:${arn.split('/').at(-1)}` };
    },
    AssumeRole: (parameters, request) => {
      const roleArn = parameters.required('RoleArn');
      const sessionName = parameters.required('RoleSessionName');
      const { accessKeyId, secretAccessKey, sessionToken } = iam.assumeRole(principal(request), roleArn, sessionName);
      return {
        Credentials: {
          AccessKeyId: accessKeyId,
          SecretAccessKey: secretAccessKey,
          SessionToken: sessionToken,
          // The real time, because the CLI compares it with its own clock.
          Expiration: new Date(Date.now() + CREDENTIALS_LIFE_MS),
        },
        AssumedRoleUser: { Arn: iam.principal(accessKeyId).arn, AssumedRoleId: `AROA:${sessionName}` },
      };
    },
  };
}
