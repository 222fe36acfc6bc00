import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CURRENT_LABEL, type SecretLocation, secretIdOf } from '../contract/slot';
import { asError } from '../values';
import { parseContent, type SlotContent, type SlotReader, withoutValue } from './slot-content';
import type { ClientOptions } from './slot-writer';
import { SlotEmpty, SlotMalformed, SlotUnreadable } from './token-errors';

export const openSecretReader = (location: SecretLocation, options: ClientOptions): SlotReader =>
  createSecretReader(new SecretsManagerClient(options), location);

/** A reader of slots that are secrets: GetSecretValue and nothing else. */
export function createSecretReader(client: SecretsManagerClient, location: SecretLocation): SlotReader {
  const idOf = (installation: string) => secretIdOf(location, installation);
  return { idOf, read: (installation) => readSecret(client, idOf(installation)) };
}

async function readSecret(client: SecretsManagerClient, secretId: string): Promise<SlotContent> {
  const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: CURRENT_LABEL });
  const { SecretString, VersionId = '' } = await client.send(command).catch((thrown) => {
    throw asTokenError(thrown, secretId);
  });
  if (SecretString === undefined) throw new SlotMalformed(secretId, 'its value is binary');
  return parseContent(secretId, SecretString, VersionId);
}

function asTokenError(thrown: unknown, secretId: string) {
  const { name } = asError(thrown);
  if (name === 'ResourceNotFoundException') return new SlotEmpty(secretId, 'no value');
  // For a read, this means that the secret is scheduled for deletion (AWS's API reference).
  if (name === 'InvalidRequestException') return new SlotEmpty(secretId, 'scheduled for deletion');
  return new SlotUnreadable(secretId, withoutValue(thrown), {
    service: 'Secrets Manager',
    right: 'secretsmanager:GetSecretValue',
  });
}
