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

/** A person waits: far less than CloudFormation's hour. */
const CUSTOM_RESOURCE_TIMEOUT_MS = 30_000;

export interface ServicesOptions {
  /** The URL that a function deployed in a region gets, ending in a slash. @default one that looks like AWS's, and leads nowhere */
  readonly functionUrl?: (functionName: string, region: string) => string;
  /** Runs the functions behind custom resources. @default a custom resource is an error that says so */
  readonly run?: RunFunction;
  /** How long such a function may take, in milliseconds. @default 30000 */
  readonly customResourceTimeoutMs?: number;
  /** The time that Secrets Manager, DynamoDB, SQS and CloudWatch go by, in milliseconds since 1970. @default Date.now */
  readonly clock?: () => number;
  /** How far behind a service is that AWS calls eventually consistent. @default it shows at once what was written */
  readonly lag?: { readonly secretsmanager?: Lag; readonly dynamodb?: Lag };
  /** Gets a line for each thing that the emulation takes on trust. @default the lines are dropped */
  readonly onNote?: (line: string) => void;
  /** Executions of functions at a time, in each region. @default 1000 */
  readonly concurrencyLimit?: number;
  /** Whether a Slack workspace was authorized in the console. @default each was */
  readonly isSlackAuthorized?: (workspaceId: string) => boolean;
  /** Version of the account's CDK bootstrap stack; 0: there is none. @default a recent one */
  readonly bootstrapVersion?: number;
  /** @default 123456789012 */
  readonly accountId?: string;
  /** Where a request belongs that was signed for no region. @default us-east-1 */
  readonly region?: string;
}

/** What all regions share: the account's buckets, its roles, its channels, and who hears of what is taken on trust. */
export type SharedServices = Pick<Services, 'iam' | 's3' | 'slackChannels' | 'note'>;

/** An account with nothing in it. */
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
 * The services of one account in one region, with nothing in them.
 *
 * @param shared by {@link createAccount}
 * @param endpoint where this AWS is reached, without a slash at its end
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
