import { randomUUID } from 'node:crypto';
import { SLOT_ENV } from '../../../../lambda/contract/settings';
import { variable } from './read-call';

/** Calls an operation of Secrets Manager. */
export type Ask = (
  operation: 'DescribeSecret' | 'PutSecretValue' | 'UpdateSecretVersionStage',
  input: object,
) => Promise<object>;

/**
 * Stores a token. A contestant that swaps looks what the secret holds, and moves the label only if nobody else did: that
 * is what keeps the newest token, and what ours does. The others write over whatever is there.
 */
export async function store(token: string, ask: Ask): Promise<void> {
  const SecretId = variable(SLOT_ENV.secretArn);
  const version = { SecretId, ClientRequestToken: randomUUID(), SecretString: JSON.stringify({ token }) };
  // Known when it is bundled.
  if (process.env.SWAPS !== 'yes') {
    await ask('PutSecretValue', version);
    return;
  }
  const { VersionIdsToStages = {} } = (await ask('DescribeSecret', { SecretId })) as {
    VersionIdsToStages?: Readonly<Record<string, readonly string[]>>;
  };
  const current = Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes('AWSCURRENT'));
  // The first version gets the label by itself.
  await ask('PutSecretValue', { ...version, ...(current !== undefined && { VersionStages: ['INCOMING'] }) });
  if (current === undefined) return;
  await ask('UpdateSecretVersionStage', {
    SecretId,
    VersionStage: 'AWSCURRENT',
    MoveToVersionId: version.ClientRequestToken,
    RemoveFromVersionId: current,
  });
}
