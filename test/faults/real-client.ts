import { DescribeSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createSecretsManagerClient } from '../../lambda/slots/secret-store';

/**
 * The client of the deployed function, which takes its endpoint and its credentials from the environment.
 *
 * @param url of an AWS on this machine
 */
export async function connectClient(url: string): Promise<SecretsManagerClient> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  const client = createSecretsManagerClient();
  // The environment is read with the first call. From then on, the client stays with the endpoint that was set for it.
  await client.send(new DescribeSecretCommand({ SecretId: 'no such secret' })).catch(() => undefined);
  return client;
}
