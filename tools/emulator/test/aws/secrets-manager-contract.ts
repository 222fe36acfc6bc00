import { randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ContractCase } from './contract-case';
import { SECRET_RULES } from './secret-contract';
import { SecretUnderTest } from './secret-under-test';
import { VERSION_RULES } from './version-contract';

/** The documented rules of Secrets Manager that this project builds on. */
export const SECRETS_MANAGER_RULES: readonly ContractCase[] = [...SECRET_RULES, ...VERSION_RULES];

/** Looks whether an emulation keeps a rule. @throws {Error} when it doesn't */
export async function checkRule(endpoint: string, check: ContractCase[1]): Promise<void> {
  const client = new SecretsManagerClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    maxAttempts: 1,
  });
  try {
    await check(new SecretUnderTest(client, `contract-${randomUUID()}`));
  } finally {
    client.destroy();
  }
}

/**
 * Registers a test for each of the rules.
 *
 * @param endpoint URL of an emulation, asked for when a test runs
 */
export function secretsManagerContract(endpoint: () => string): void {
  test.each([...SECRETS_MANAGER_RULES])('%s', (_rule, check) => checkRule(endpoint(), check));
}
