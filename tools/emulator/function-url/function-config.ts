import { type Credentials, LOCAL_CREDENTIALS } from '../aws/account';

/** What Lambda knows of a function, apart from its code. */
export interface FunctionConfig {
  readonly name: string;
  readonly arn: string;
  /** Such as `nodejs24.x`. The Node that runs the local function is the one that runs everything else here. */
  readonly runtime: string;
  /** `<file without its ending>.<export>`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  /** The variables that the template sets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroupName: string;
  /** Of the function's role. @default those of the administrator of an emulated AWS */
  readonly credentials?: Credentials;
  /** How the runtime writes what goes through `console`. */
  readonly logFormat: 'Text' | 'JSON';
}

/** Where a local function finds its code and its AWS. */
export interface FunctionPlace {
  /** The folder of the unpacked code. */
  readonly root: string;
  /** The emulated AWS. */
  readonly awsEndpointUrl: string;
}

/**
 * The environment that Lambda gives a function (AWS's documentation of Lambda's defined variables), the template's
 * variables in it, and AWS calls led to the emulation. Nothing of this process's own environment is passed on.
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
    // Not Lambda's: the deployed function runs on a newer Node, and a user of the local run can't act on the SDK's
    // warning about this one. This is the SDK's own switch for it; other warnings still show.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
