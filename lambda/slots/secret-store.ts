import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { CURRENT_LABEL, INCOMING_LABEL, parseVersionId, type SlotValue, type SlotVersion } from '../contract/slot';
import { Refusal } from '../refusal';
import { asError } from '../thrown';

/** A version of a slot that carries a label. */
export interface StoredVersion {
  readonly id: string;
  /** Whether readers get this one. */
  readonly current: boolean;
  /** What its id says; `undefined` when the receiver didn't write it. */
  readonly says: SlotVersion | undefined;
}

/** One slot, as its writer needs it. It can't read a token back. Every call ends when `signal` says so. */
export interface SecretStore {
  describe(signal: AbortSignal): Promise<readonly StoredVersion[]>;
  /** Writes a version beside the current one. True when it became the current one, as a slot's first version does. */
  put(id: string, value: SlotValue, signal: AbortSignal): Promise<boolean>;
  /** Makes `to` current if `from` still is. False when it no longer is. */
  swapCurrent(to: string, from: string | undefined, signal: AbortSignal): Promise<boolean>;
}

/** Time for one try, in milliseconds: a call that hangs is tried again while Forge still listens. */
const TRY_MS = 1_000;

/** A client for the receiver. */
export function createSecretsManagerClient(): SecretsManagerClient {
  return new SecretsManagerClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: TRY_MS, requestTimeout: TRY_MS, throwOnRequestTimeout: true },
  });
}

/**
 * The slot `secretId` in Secrets Manager. A trouble of Secrets Manager is a `Refusal` with reason `slot-unavailable`.
 */
export function createSecretStore(client: SecretsManagerClient, secretId: string): SecretStore {
  const slot = { SecretId: secretId };

  return {
    async describe(signal) {
      const { VersionIdsToStages = {} } = await client
        .send(new DescribeSecretCommand(slot), { abortSignal: signal })
        .catch(unavailable);
      return Object.entries(VersionIdsToStages).map(([id, labels]) => ({
        id,
        current: labels.includes(CURRENT_LABEL),
        says: parseVersionId(id),
      }));
    },

    async put(id, value, signal) {
      const command = new PutSecretValueCommand({
        ...slot,
        ClientRequestToken: id,
        SecretString: JSON.stringify(value),
        VersionStages: [INCOMING_LABEL],
      });
      try {
        const { VersionStages = [] } = await client.send(command, { abortSignal: signal });
        return VersionStages.includes(CURRENT_LABEL);
      } catch (error) {
        // The id holds the token's hash: other data under it is this token, delivered with another API base URL.
        if (asError(error).name === 'ResourceExistsException') return false;
        return unavailable(error);
      }
    },

    async swapCurrent(to, from, signal) {
      const command = new UpdateSecretVersionStageCommand({
        ...slot,
        VersionStage: CURRENT_LABEL,
        MoveToVersionId: to,
        ...(from !== undefined && { RemoveFromVersionId: from }),
      });
      try {
        await client.send(command, { abortSignal: signal });
        return true;
      } catch (error) {
        // Another writer was faster: the label has left the version that we saw it on.
        if (asError(error).name === 'InvalidParameterException') return false;
        return unavailable(error);
      }
    },
  };
}

/** The SDK's messages name operations and resources, never a secret's value. */
function unavailable(thrown: unknown): never {
  const { name, message } = asError(thrown);
  throw new Refusal('slot-unavailable', `${name}: ${message}`, { cause: thrown });
}
