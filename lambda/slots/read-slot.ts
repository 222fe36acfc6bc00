import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CURRENT_LABEL, parseVersionId } from '../contract/slot';
import { isRecord } from '../record';
import { asError, codeOf } from '../thrown';
import { readSlotContent, type SlotContent } from './slot-content';
import { SlotEmpty, SlotMalformed, SlotUnreadable } from './token-errors';

/**
 * The current value of the slot `secretId`: one call of GetSecretValue.
 *
 * @throws {SlotEmpty | SlotMalformed | SlotUnreadable}
 */
export async function readSlot(client: SecretsManagerClient, secretId: string): Promise<SlotContent> {
  const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: CURRENT_LABEL });
  const { SecretString, VersionId = '' } = await client.send(command).catch((thrown) => {
    throw asTokenError(thrown, secretId);
  });
  if (SecretString === undefined) throw new SlotMalformed(secretId, 'its value is binary');
  const content = readSlotContent(SecretString);
  if (typeof content === 'string') throw new SlotMalformed(secretId, content);

  const version = parseVersionId(VersionId);
  if (!version) return content;
  if (version.installation !== content.installation) {
    throw new SlotMalformed(
      secretId,
      `its version is of installation ${version.installation}, its value of ${content.installation}`,
    );
  }
  return { ...content, expiresAtMs: version.expiresAtSeconds * 1000 };
}

function asTokenError(thrown: unknown, secretId: string) {
  const { name } = asError(thrown);
  if (name === 'ResourceNotFoundException') return new SlotEmpty(secretId, 'no value');
  // Of a read, Secrets Manager says this when the secret is scheduled for deletion (AWS's API reference).
  if (name === 'InvalidRequestException') return new SlotEmpty(secretId, 'scheduled for deletion');
  return new SlotUnreadable(secretId, withoutValue(thrown));
}

/**
 * The SDK's error, cut down to what can't hold the value. The message of an error that the service answered, or that
 * the network raised, says what is wrong; that of a parser quotes the answer.
 */
function withoutValue(thrown: unknown): Error {
  const { name, message } = asError(thrown);
  const code = codeOf(thrown);
  const isFromService = isRecord(thrown) && '$fault' in thrown;
  const isSafe = isFromService || code !== undefined || name === 'TimeoutError';
  return new Error(isSafe ? `${name}: ${message}` : `${name} while reading its answer`);
}
