import { devNull } from 'node:os';
import { LOCAL_ACCOUNT } from './account';

export interface CliOptions {
  /** Environment to take the operating system's variables from. @default process.env */
  readonly parent?: Readonly<Record<string, string | undefined>>;
  /** Region in which the CLI looks up the account; it decides the partition. @default us-east-1 */
  readonly region?: string | undefined;
  /**
   * Folder of the CLI's cache of accounts, by access key. All emulated AWS have the same key, so one with another account or
   * partition needs its own folder.
   *
   * @default the CLI's own, in HOME
   */
  readonly cdkHome?: string | undefined;
}

/**
 * Variables that programs need to find other programs, the home folder and the temporary folder. On Windows, Node passes on
 * the rest: `SystemRoot`, `USERPROFILE`, `TEMP` and others (libuv's `required_vars`).
 */
const SYSTEM_VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'PATHEXT', 'ComSpec', 'APPDATA', 'LOCALAPPDATA'];

/**
 * The whole environment of a `cdk` (or other AWS) command for the emulated AWS.
 *
 * Nothing else is passed on, because a command with real credentials or profiles could reach a real account.
 *
 * @param url URL of the emulated AWS, on 127.0.0.1
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
    // Otherwise, the SDK may look for credentials on the network.
    AWS_EC2_METADATA_DISABLED: 'true',
    // These three keep the CLI off the internet.
    CDK_NOTICES: 'false',
    CDK_DISABLE_CLI_TELEMETRY: '1',
    CDK_DISABLE_VERSION_CHECK: '1',
    // Silences only the SDK's warning about old Node versions.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
