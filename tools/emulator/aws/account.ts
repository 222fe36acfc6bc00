/** An AWS account, in one of its regions. */
export interface Account {
  /** 12 digits. */
  readonly accountId: string;
  /** Such as `us-east-1`. */
  readonly region: string;
}

/** The account and region of a local run. */
export const LOCAL_ACCOUNT: Account = { accountId: '123456789012', region: 'us-east-1' };

/** By how a region's name begins: its partition, and the domain of AWS's services there. */
const PARTITIONS: readonly (readonly [RegExp, { readonly name: string; readonly urlSuffix: string }])[] = [
  [/^cn-/, { name: 'aws-cn', urlSuffix: 'amazonaws.com.cn' }],
  [/^us-gov-/, { name: 'aws-us-gov', urlSuffix: 'amazonaws.com' }],
  [/^eusc-/, { name: 'aws-eusc', urlSuffix: 'amazonaws.eu' }],
  [/^us-iso-/, { name: 'aws-iso', urlSuffix: 'c2s.ic.gov' }],
  [/^us-isob-/, { name: 'aws-iso-b', urlSuffix: 'sc2s.sgov.gov' }],
  [/^/, { name: 'aws', urlSuffix: 'amazonaws.com' }],
];

/** The partition that a region belongs to. */
export const partitionOf = (region: string) =>
  PARTITIONS.find(([pattern]) => pattern.test(region))?.[1] ?? { name: 'aws', urlSuffix: 'amazonaws.com' };

/** The ARN of a resource that lives in a region, such as a secret. */
export function regionalArn(account: Account, service: string, resource: string): string {
  return `arn:${partitionOf(account.region).name}:${service}:${account.region}:${account.accountId}:${resource}`;
}

/** The ARN of a resource that belongs to no region, such as a role. */
export function globalArn(account: Account, service: string, resource: string): string {
  return `arn:${partitionOf(account.region).name}:${service}::${account.accountId}:${resource}`;
}

/** What a request is signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Credentials of the account's administrator, who may do everything: of a person, the CLI, and tests. */
export const LOCAL_CREDENTIALS: Credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
