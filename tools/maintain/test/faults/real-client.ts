import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Credentials } from '../../../emulator/aws/account';

/**
 * The client of the deployed function, which takes its endpoint and its credentials from the environment.
 *
 * @param url of an AWS on this machine
 * @param credentials of the function's role
 */
export async function connectClient<Client extends SecretsManagerClient | DynamoDBClient>(
  url: string,
  { accessKeyId, secretAccessKey, sessionToken = '' }: Credentials,
  create: () => Client,
  firstCall: (client: Client) => Promise<unknown>,
): Promise<Client> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  const client = create();
  // The environment is read with the first call. From then on, the client stays with the endpoint that was set for it.
  await firstCall(client).catch(() => undefined);
  return client;
}
