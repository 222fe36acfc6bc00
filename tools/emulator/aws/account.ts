/** An AWS account, in one of its regions. */
export interface Account {
  /** 12 digits. */
  readonly accountId: string;
  /** Such as `us-east-1`. */
  readonly region: string;
}

/** The account and region of a local run. */
export const LOCAL_ACCOUNT: Account = { accountId: '123456789012', region: 'us-east-1' };

/** Partition and domain of AWS's services, by the start of a region's name. */
const PARTITIONS: readonly (readonly [RegExp, { readonly name: string; readonly urlSuffix: string }])[] = [
  [/^cn-/, { name: 'aws-cn', urlSuffix: 'amazonaws.com.cn' }],
  [/^us-gov-/, { name: 'aws-us-gov', urlSuffix: 'amazonaws.com' }],
  [/^eusc-/, { name: 'aws-eusc', urlSuffix: 'amazonaws.eu' }],
  [/^us-iso-/, { name: 'aws-iso', urlSuffix: 'c2s.ic.gov' }],
  [/^us-isob-/, { name: 'aws-iso-b', urlSuffix: 'sc2s.sgov.gov' }],
  [/^/, { name: 'aws', urlSuffix: 'amazonaws.com' }],
];

/** The partition of a region. */
export const partitionOf = (region: string) =>
  PARTITIONS.find(([pattern]) => pattern.test(region))?.[1] ?? { name: 'aws', urlSuffix: 'amazonaws.com' };

/** The ARN of a regional resource, such as a secret. */
export function regionalArn(account: Account, service: string, resource: string): string {
  return `arn:${partitionOf(account.region).name}:${service}:${account.region}:${account.accountId}:${resource}`;
}

/** The ARN of a global resource, such as a role. */
export function globalArn(account: Account, service: string, resource: string): string {
  return `arn:${partitionOf(account.region).name}:${service}::${account.accountId}:${resource}`;
}

/** AWS credentials. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Credentials of the account's administrator, who may do everything. The CLI, commands and tests use them. */
export const LOCAL_CREDENTIALS: Credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
