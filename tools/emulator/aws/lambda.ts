import { createHash } from 'node:crypto';
import { type Account, type Credentials, partitionOf, regionalArn } from './account';
import { AwsError, notEmulated } from './aws-error';
import type { AwsReply, AwsRequest } from './request';
import type { S3 } from './s3';
import type { Service } from './service';

/** A deployed Lambda function. */
export interface DeployedFunction {
  readonly name: string;
  readonly arn: string;
  /** Such as `nodejs24.x`. */
  readonly runtime: string;
  /** `<file without extension>.<export>`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  /** Executions of the account that are reserved for it. */
  readonly reservedConcurrency?: number;
  /** Environment variables from the template. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroupName: string;
  /** Format of lines that the function writes through `console`. */
  readonly logFormat: 'Text' | 'JSON';
  readonly code: { readonly bucket: string; readonly key: string };
  /** ARN of its role. Absent in tests only: then it runs as the administrator. */
  readonly roleArn?: string;
  /** Credentials of its role. */
  readonly credentials?: Credentials;
  /** The deployed code. */
  readonly zip: Uint8Array;
}

/** Lambda's defaults for optional settings. */
type FunctionSettings = Pick<DeployedFunction, 'name' | 'runtime' | 'handler' | 'code'> &
  Partial<Omit<DeployedFunction, 'arn' | 'zip'>>;

/** GetFunction, and GetFunctionConfiguration. */
const FUNCTION_PATH = /^\/2015-03-31\/functions\/([^/]+?)(\/configuration)?$/;

const ACCOUNT_PATH = '/2016-08-19/account-settings';

/** Executions that must stay unreserved (AWS's documentation of Lambda's quotas). */
const UNRESERVED_CONCURRENCY = 100;

const OPERATIONS = ['GetFunction', 'GetFunctionConfiguration', 'GetAccountSettings'];

/** Lambda's control plane. It keeps deployed functions, and doesn't run them. */
export class Lambda implements Service {
  readonly #account: Account;
  readonly #s3: S3;
  readonly #concurrencyLimit: number;
  readonly #functions = new Map<string, DeployedFunction>();

  /** @param concurrencyLimit simultaneous executions in the whole account: 1000, in new accounts often 10 */
  constructor(account: Account, s3: S3, concurrencyLimit = 1000) {
    this.#account = account;
    this.#s3 = s3;
    this.#concurrencyLimit = concurrencyLimit;
  }

  /** Creates or updates a function. @throws {AwsError} when its code doesn't exist */
  deploy(settings: FunctionSettings): DeployedFunction {
    const { name, code } = settings;
    const deployed: DeployedFunction = {
      timeoutSeconds: 3,
      memorySizeMb: 128,
      environment: {},
      logGroupName: `/aws/lambda/${name}`,
      logFormat: 'Text',
      ...settings,
      arn: regionalArn(this.#account, 'lambda', `function:${name}`),
      zip: this.#s3.object(code.bucket, code.key),
    };
    refuseLargeEnvironment(deployed);
    this.#refuseTooMuchConcurrency(deployed);
    this.#functions.set(name, deployed);
    return deployed;
  }

  /** @throws {AwsError} InvalidParameterValueException if too few executions stay unreserved */
  #refuseTooMuchConcurrency({ name, reservedConcurrency = 0 }: DeployedFunction): void {
    if (reservedConcurrency === 0) return;
    const others = [...this.#functions.values()].filter((other) => other.name !== name);
    const reserved = others.reduce((sum, other) => sum + (other.reservedConcurrency ?? 0), reservedConcurrency);
    const unreservedAtLeast = Math.min(UNRESERVED_CONCURRENCY, this.#concurrencyLimit);
    if (this.#concurrencyLimit - reserved >= unreservedAtLeast) return;
    throw new AwsError(
      'InvalidParameterValueException',
      "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its " +
        `minimum value of [${unreservedAtLeast}].`,
    );
  }

  remove(name: string): void {
    this.#functions.delete(name);
  }

  names(): string[] {
    return [...this.#functions.keys()];
  }

  /** @param name name or ARN. @throws {AwsError} ResourceNotFoundException, listing the existing functions */
  get(name: string): DeployedFunction {
    const found = this.#functions.get(name.split(':').at(-1) ?? '');
    if (found) return found;
    const existing = this.names().join(', ') || 'none';
    throw new AwsError('ResourceNotFoundException', `Function not found: ${name}. Deployed are: ${existing}.`, 404);
  }

  operation({ method, path }: AwsRequest): string {
    const [isFunction, , configuration] = FUNCTION_PATH.exec(path) ?? [];
    if (method === 'GET' && path.replace(/\/$/, '') === ACCOUNT_PATH) return 'GetAccountSettings';
    if (method !== 'GET' || !isFunction) return `${method} ${path}`;
    return configuration ? 'GetFunctionConfiguration' : 'GetFunction';
  }

  answer(request: AwsRequest): AwsReply {
    const operation = this.operation(request);
    if (operation === 'GetAccountSettings') return json(200, this.#accountSettings());
    const name = FUNCTION_PATH.exec(request.path)?.[1];
    if (!OPERATIONS.includes(operation) || !name) throw notEmulated(`lambda.${operation}`, OPERATIONS);
    const deployed = this.get(name);
    if (operation === 'GetFunctionConfiguration') return json(200, configurationOf(deployed));
    return json(200, getFunctionReply(deployed, request.headers.host ?? ''));
  }

  #accountSettings() {
    const functions = [...this.#functions.values()];
    const reserved = functions.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
    return {
      AccountLimit: {
        ConcurrentExecutions: this.#concurrencyLimit,
        UnreservedConcurrentExecutions: this.#concurrencyLimit - reserved,
      },
      AccountUsage: { FunctionCount: functions.length },
    };
  }

  error({ code, message, status }: AwsError): AwsReply {
    return json(status, { __type: code, Message: message });
  }
}

/** URLs in AWS's format, one for each function name. Nobody serves them. */
export function unreachableFunctionUrl({ region }: Account): (functionName: string) => string {
  return (functionName) => {
    const id = createHash('sha256').update(functionName).digest('hex').slice(0, 32);
    return `https://${id}.lambda-url.${region}.on.${partitionOf(region).name === 'aws-cn' ? 'amazonwebservices.com.cn' : 'aws'}/`;
  };
}

const json = (status: number, body: unknown): AwsReply => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(body),
});

const getFunctionReply = (deployed: DeployedFunction, host: string) => ({
  Code: { RepositoryType: 'S3', Location: `http://${host}/${deployed.code.bucket}/${deployed.code.key}` },
  Configuration: configurationOf(deployed),
});

const configurationOf = (deployed: DeployedFunction) => ({
  FunctionName: deployed.name,
  FunctionArn: deployed.arn,
  Runtime: deployed.runtime,
  Handler: deployed.handler,
  Timeout: deployed.timeoutSeconds,
  MemorySize: deployed.memorySizeMb,
  CodeSize: deployed.zip.length,
  Environment: { Variables: deployed.environment },
  LoggingConfig: { LogGroup: deployed.logGroupName, LogFormat: deployed.logFormat },
  Role: deployed.roleArn,
  State: 'Active',
  LastUpdateStatus: 'Successful',
});

/** Maximum size of the variables as JSON, in bytes (AWS's documentation of Lambda's quotas). */
const MOST_ENVIRONMENT_BYTES = 4096;

/** @throws {AwsError} InvalidParameterValueException */
function refuseLargeEnvironment({ environment }: DeployedFunction): void {
  const measured = JSON.stringify(environment);
  if (Buffer.byteLength(measured) <= MOST_ENVIRONMENT_BYTES) return;
  throw new AwsError(
    'InvalidParameterValueException',
    'Lambda was unable to configure your environment variables because the environment variables you have provided ' +
      `exceeded the 4KB limit. String measured: ${measured}`,
  );
}
