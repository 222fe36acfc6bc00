import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { CURRENT_LABEL, INCOMING_LABEL, parseVersionId, RELEASED_LABEL, type SlotValue } from '../contract/slot';
import { asError } from '../thrown';
import { siteLabels } from './site-label';
import type { StoredVersion } from './slot-store';
import { CLIENT_SETTINGS } from './store-client';
import { unavailable } from './unavailable';

/** How to make a secret that isn't there yet. */
export interface NewSecret {
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** ARN of the key that encrypts it; `undefined`: `aws/secretsmanager`, which AWS gives. */
  readonly kmsKeyArn: string | undefined;
}

/** One secret, as the writer of a slot needs it. It can't read a token back. Every call ends when `signal` says so. */
export interface SecretStore {
  /** Its versions with a label; `undefined` when the secret has to be made first. */
  describe(signal: AbortSignal): Promise<readonly StoredVersion[] | undefined>;
  /** Makes the secret with a first version, which is current at once. False when somebody else has made it. */
  create(id: string, value: SlotValue, signal: AbortSignal): Promise<boolean>;
  /** Writes a version beside the current one. True when it became the current one, as a slot's first version does. */
  put(id: string, value: SlotValue, signal: AbortSignal): Promise<boolean>;
  /** Makes `to` current if `from` still is. False when it no longer is. */
  swapCurrent(to: string, from: string | undefined, signal: AbortSignal): Promise<boolean>;
  /** Labels `to` as released, a label that `from` may have had. False when the labels have moved meanwhile. */
  release(to: string, from: string | undefined, signal: AbortSignal): Promise<boolean>;
  /** Deletes the secret. It is no fault if it isn't there. */
  remove(signal: AbortSignal): Promise<void>;
}

/** A client for the receiver. */
export const createSecretsManagerClient = (): SecretsManagerClient => new SecretsManagerClient(CLIENT_SETTINGS);

/**
 * The slot `secretId` in Secrets Manager. A trouble of Secrets Manager is a `Refusal` with reason `slot-unavailable`.
 *
 * @param newSecret how to make the secret when it isn't there; without it, a missing secret is a trouble
 */
export function createSecretStore(client: SecretsManagerClient, secretId: string, newSecret?: NewSecret): SecretStore {
  const slot = { SecretId: secretId };

  /** Whether the secret was deleted under us, as an uninstall does; the next describe says how it is now. */
  const isGone = (error: unknown) =>
    newSecret !== undefined && ['ResourceNotFoundException', 'InvalidRequestException'].includes(asError(error).name);

  /** Moves `label`. False when it isn't where we saw it: another one was faster. */
  async function move(label: string, to: string, from: string | undefined, signal: AbortSignal): Promise<boolean> {
    const command = new UpdateSecretVersionStageCommand({
      ...slot,
      VersionStage: label,
      MoveToVersionId: to,
      ...(from !== undefined && { RemoveFromVersionId: from }),
    });
    try {
      await client.send(command, { abortSignal: signal });
      return true;
    } catch (error) {
      if (asError(error).name === 'InvalidParameterException' || isGone(error)) return false;
      return unavailable(error);
    }
  }

  return {
    async describe(signal) {
      try {
        const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand(slot), { abortSignal: signal });
        return Object.entries(VersionIdsToStages).map(([id, labels]) => ({
          id,
          current: labels.includes(CURRENT_LABEL),
          labels,
          says: parseVersionId(id),
        }));
      } catch (error) {
        if (isGone(error)) return undefined;
        return unavailable(error);
      }
    },

    async create(id, value, signal) {
      const command = new CreateSecretCommand({
        Name: secretId,
        ClientRequestToken: id,
        SecretString: JSON.stringify(value),
        Description: newSecret?.description,
        KmsKeyId: newSecret?.kmsKeyArn,
        Tags: Object.entries(newSecret?.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
      });
      try {
        await client.send(command, { abortSignal: signal });
        return true;
      } catch (error) {
        // A name is free again some time after its secret was deleted.
        if (asError(error).name === 'ResourceExistsException' || isGone(error)) return false;
        return unavailable(error);
      }
    },

    async put(id, value, signal) {
      const command = new PutSecretValueCommand({
        ...slot,
        ClientRequestToken: id,
        SecretString: JSON.stringify(value),
        VersionStages: [INCOMING_LABEL, ...siteLabels(value.contexts)],
      });
      try {
        const { VersionStages = [] } = await client.send(command, { abortSignal: signal });
        return VersionStages.includes(CURRENT_LABEL);
      } catch (error) {
        // The id holds the token's hash: other data under it is this token, delivered with another API base URL.
        if (asError(error).name === 'ResourceExistsException' || isGone(error)) return false;
        return unavailable(error);
      }
    },

    swapCurrent: (to, from, signal) => move(CURRENT_LABEL, to, from, signal),

    release: (to, from, signal) => move(RELEASED_LABEL, to, from, signal),

    async remove(signal) {
      // At once: a name with an installation's uuid is never used again, so there is nothing to recover it for.
      const command = new DeleteSecretCommand({ ...slot, ForceDeleteWithoutRecovery: true });
      try {
        await client.send(command, { abortSignal: signal });
      } catch (error) {
        if (asError(error).name !== 'ResourceNotFoundException') unavailable(error);
      }
    },
  };
}
