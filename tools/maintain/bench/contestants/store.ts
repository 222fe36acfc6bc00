import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SLOT_ENV } from '../../../../lambda/contract/slot-location';
import { variable } from './read-call';

// As the SDK's documentation shows it: a client beside the handler, one command a call.

const client = new SecretsManagerClient({});

/** Writes the token over whatever is in the slot. */
export async function store(token: string): Promise<void> {
  const SecretId = variable(SLOT_ENV.secretArn);
  await client.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify({ token }) }));
}
