import { devNull } from 'node:os';
import { LOCAL_ACCOUNT } from './account';

export interface CliOptions {
  /** Where the variables of the operating system come from. @default process.env */
  readonly parent?: Readonly<Record<string, string | undefined>>;
  /** The account's partition is that of this region: the CLI asks there who it is. @default us-east-1 */
  readonly region?: string | undefined;
  /**
   * Folder in which the CLI keeps what it knows of accounts, by access keys. Every emulated AWS has the same key, so one that
   * has another account, or is in another partition, needs a folder of its own.
   *
   * @default the CLI's own, in HOME
   */
  readonly cdkHome?: string | undefined;
}

/**
 * What programs need to find others, the user's folder and that for temporary files. On Windows, Node itself passes on the
 * rest: `SystemRoot`, `USERPROFILE`, `TEMP` and others (libuv's `required_vars`).
 */
const SYSTEM_VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'PATHEXT', 'ComSpec', 'APPDATA', 'LOCALAPPDATA'];

/**
 * The whole environment of a `cdk` (or any AWS) command that works against the emulated AWS.
 *
 * Nothing else is passed on. With real credentials or profiles in it, a command could reach a real account.
 *
 * @param url of the emulated AWS, on 127.0.0.1
 */
export function cliEnvironment(
  url: string,
  { parent = process.env, region = LOCAL_ACCOUNT.region, cdkHome }: CliOptions = {},
): Record<string, string> {
  return {
    ...Object.fromEntries(
      SYSTEM_VARIABLES.flatMap((name) => {
        const value = parent[name];
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
    ...(cdkHome !== undefined && { CDK_HOME: cdkHome }),
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
    AWS_SESSION_TOKEN: 'testing',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // Without this the SDK may look for credentials on the network.
    AWS_EC2_METADATA_DISABLED: 'true',
    // These three keep the CLI off the internet.
    CDK_NOTICES: 'false',
    CDK_DISABLE_CLI_TELEMETRY: '1',
    CDK_DISABLE_VERSION_CHECK: '1',
    // The CLI runs on the same Node as everything else here: its age is not this command's news.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
