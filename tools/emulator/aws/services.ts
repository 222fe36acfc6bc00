import { type Account, LOCAL_ACCOUNT } from './account';
import { Alarms } from './alarms';
import { DynamoDB } from './dynamodb';
import { EventSourceMappings } from './event-source-mappings';
import { Iam } from './iam';
import type { Lag } from './lag';
import { Lambda, unreachableFunctionUrl } from './lambda';
import { Logs } from './logs';
import { QueueStore } from './queue-store';
import type { RunFunction, Services } from './resource-type';
import { S3 } from './s3';
import { SecretsManager } from './secrets-manager';
import { ParameterStore } from './ssm';

/** Much less than CloudFormation's hour, because somebody waits. */
const CUSTOM_RESOURCE_TIMEOUT_MS = 30_000;

export interface ServicesOptions {
  /** The URL of a function in a region, with a trailing slash. @default one in AWS's format that nobody serves */
  readonly functionUrl?: (functionName: string, region: string) => string;
  /** Runs the functions of custom resources. @default custom resources fail */
  readonly run?: RunFunction;
  /** Timeout of such a function, in milliseconds. @default 30000 */
  readonly customResourceTimeoutMs?: number;
  /** Clock of Secrets Manager, DynamoDB, SQS and CloudWatch, in milliseconds since 1970. @default Date.now */
  readonly clock?: () => number;
  /** Lag of eventually consistent services. @default none */
  readonly lag?: { readonly secretsmanager?: Lag; readonly dynamodb?: Lag };
  /** Receives a line for everything that the emulation doesn't verify. @default the lines are dropped */
  readonly onNote?: (line: string) => void;
  /** Limit of simultaneous executions in each region. @default 1000 */
  readonly concurrencyLimit?: number;
  /** Whether a Slack workspace is authorized in the console. @default all are */
  readonly isSlackAuthorized?: (workspaceId: string) => boolean;
  /** Version of the account's CDK bootstrap stack; 0 if there is none. @default a recent one */
  readonly bootstrapVersion?: number;
  /** @default 123456789012 */
  readonly accountId?: string;
  /** Region of unsigned requests. @default us-east-1 */
  readonly region?: string;
}

/** Shared by all regions: buckets, roles, Slack channels, and notes. */
export type SharedServices = Pick<Services, 'iam' | 's3' | 'slackChannels' | 'note'>;

/** Creates an empty account. */
export function createAccount(options: ServicesOptions): SharedServices {
  const { onNote, accountId = LOCAL_ACCOUNT.accountId, bootstrapVersion } = options;
  const noted = new Set<string>();
  const note = (line: string) => {
    if (!noted.has(line)) onNote?.(line);
    noted.add(line);
  };
  return { s3: new S3(), iam: new Iam(accountId, note, bootstrapVersion !== 0), slackChannels: new Set(), note };
}

/**
 * Creates the empty services of a region.
 *
 * @param shared from {@link createAccount}
 * @param endpoint URL of this AWS, without a trailing slash
 */
export function createServices(
  options: ServicesOptions,
  region: string,
  shared: SharedServices,
  endpoint: () => string,
): Services {
  const account: Account = { accountId: options.accountId ?? LOCAL_ACCOUNT.accountId, region };
  const clock = options.clock ?? Date.now;
  const { functionUrl } = options;
  const lambda = new Lambda(account, shared.s3, options.concurrencyLimit);
  const queues = new QueueStore(account, clock, endpoint);
  const secrets = new SecretsManager(account, clock);
  secrets.lag(options.lag?.secretsmanager);
  const tables = new DynamoDB(account, clock);
  tables.lag(options.lag?.dynamodb);
  return {
    ...shared,
    account,
    lambda,
    queues,
    endpoint,
    secrets,
    tables,
    parameters: new ParameterStore(account, clock, options.bootstrapVersion),
    alarms: new Alarms(account, clock),
    logs: new Logs(clock),
    eventSourceMappings: new EventSourceMappings(lambda, queues),
    functionUrl: functionUrl ? (name) => functionUrl(name, region) : unreachableFunctionUrl(account),
    isSlackAuthorized: options.isSlackAuthorized ?? (() => true),
    run: options.run,
    customResourceTimeoutMs: options.customResourceTimeoutMs ?? CUSTOM_RESOURCE_TIMEOUT_MS,
  };
}
