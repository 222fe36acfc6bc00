import { type Credentials, LOCAL_CREDENTIALS } from '../aws/account';

/** The configuration of a function. */
export interface FunctionConfig {
  readonly name: string;
  readonly arn: string;
  /** Such as `nodejs24.x`. The local function runs on the same Node as everything else here. */
  readonly runtime: string;
  /** `<file without extension>.<export>`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  /** Environment variables from the template. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroupName: string;
  /** Credentials of the function's role. @default those of the administrator */
  readonly credentials?: Credentials;
  /** Format of lines that the function writes through `console`. */
  readonly logFormat: 'Text' | 'JSON';
}

/** Code and AWS of a local function. */
export interface FunctionPlace {
  /** Folder of the unpacked code. */
  readonly root: string;
  /** URL of the emulated AWS. */
  readonly awsEndpointUrl: string;
}

/**
 * The environment of a function: the variables that Lambda sets (AWS's documentation of Lambda's defined variables), those of
 * the template, and the emulation's endpoint for AWS calls. This process's own environment is not passed on.
 */
export function functionEnvironment(
  config: FunctionConfig,
  { root, awsEndpointUrl }: FunctionPlace,
): Record<string, string> {
  const region = config.arn.split(':')[3] ?? '';
  const { accessKeyId, secretAccessKey, sessionToken = 'testing' } = config.credentials ?? LOCAL_CREDENTIALS;
  return {
    ...config.environment,
    _HANDLER: config.handler,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_ENDPOINT_URL: awsEndpointUrl,
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memorySizeMb),
    AWS_LAMBDA_FUNCTION_NAME: config.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: config.logFormat,
    AWS_LAMBDA_LOG_GROUP_NAME: config.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LAMBDA_TASK_ROOT: root,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    TZ: ':UTC',
    // Not set by Lambda. Silences only the SDK's warning about old Node versions: the deployed function runs on a newer one.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
