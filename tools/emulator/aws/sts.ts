import { type Account, globalArn } from './account';
import type { QueryOperations } from './query-protocol';

const CREDENTIALS_LIFE_MS = 60 * 60 * 1000;

/** STS: whoever asks is the account's root, and may assume any role. */
export function stsOperations(account: Account): QueryOperations {
  return {
    GetCallerIdentity: () => ({
      Account: account.accountId,
      Arn: globalArn(account, 'iam', 'root'),
      UserId: account.accountId,
    }),
    AssumeRole: (parameters) => ({
      Credentials: {
        AccessKeyId: 'testing',
        SecretAccessKey: 'testing',
        SessionToken: 'testing',
        // The CLI compares this with its own clock, so the emulation's would be wrong here.
        Expiration: new Date(Date.now() + CREDENTIALS_LIFE_MS),
      },
      AssumedRoleUser: {
        Arn: parameters.required('RoleArn'),
        AssumedRoleId: `testing:${parameters.required('RoleSessionName')}`,
      },
    }),
  };
}
