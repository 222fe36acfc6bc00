import { LOCAL_ACCOUNT } from './account';

/**
 * The whole environment of a `cdk` (or any AWS) command that works against the emulated AWS.
 *
 * Nothing else is passed on. With real credentials or profiles in it, a command could reach a real account.
 *
 * @param url of the emulated AWS, on 127.0.0.1
 * @param parent where PATH and HOME come from. @default process.env
 */
export function cliEnvironment(
  url: string,
  parent: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  return {
    PATH: parent.PATH ?? '',
    HOME: parent.HOME ?? '',
    AWS_ENDPOINT_URL: url,
    AWS_REGION: LOCAL_ACCOUNT.region,
    AWS_DEFAULT_REGION: LOCAL_ACCOUNT.region,
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
    AWS_SESSION_TOKEN: 'testing',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
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
