/** An AWS account, in one of its regions. */
export interface Account {
  /** 12 digits. */
  readonly accountId: string;
  /** Such as `us-east-1`. */
  readonly region: string;
}

/** The account and region of a local run. */
export const LOCAL_ACCOUNT: Account = { accountId: '123456789012', region: 'us-east-1' };

/** The ARN of a resource that lives in a region, such as a secret. */
export function regionalArn(account: Account, service: string, resource: string): string {
  return `arn:aws:${service}:${account.region}:${account.accountId}:${resource}`;
}

/** The ARN of a resource that belongs to no region, such as a role. */
export function globalArn(account: Account, service: string, resource: string): string {
  return `arn:aws:${service}::${account.accountId}:${resource}`;
}

/** Credentials of a local run. The emulation doesn't look at them, but the SDK wants some. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'testing', secretAccessKey: 'testing' };
