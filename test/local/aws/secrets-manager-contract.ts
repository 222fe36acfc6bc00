import { randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SECRET_RULES } from './secret-contract';
import { SecretUnderTest } from './secret-under-test';
import { VERSION_RULES } from './version-contract';

/**
 * Registers a test for each documented rule of Secrets Manager that this project builds on.
 *
 * @param endpoint URL of an emulation, asked for when a test runs
 */
export function secretsManagerContract(endpoint: () => string): void {
  test.each([...SECRET_RULES, ...VERSION_RULES])('%s', async (_rule, check) => {
    const client = new SecretsManagerClient({
      endpoint: endpoint(),
      region: 'us-east-1',
      credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
      maxAttempts: 1,
    });
    try {
      await check(new SecretUnderTest(client, `contract-${randomUUID()}`));
    } finally {
      client.destroy();
    }
  });
}
