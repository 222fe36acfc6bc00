import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { NewSecrets } from '../contract/settings';
import {
  CURRENT_LABEL,
  INCOMING_LABEL,
  parseVersionId,
  RELEASED_LABEL,
  type SecretLocation,
  SITES_TAG,
  type SlotValue,
  secretIdOf,
} from '../contract/slot';
import { asError } from '../values';
import type { ReleasableStore } from './release';
import {
  CLIENT_SETTINGS,
  createWriters,
  type SlotStore,
  type Slots,
  type StoredVersion,
  siteLabels,
  siteTag,
  type TaggedDelivery,
  type Timing,
  unavailable,
} from './slot-writer';

/** How to create an installation's secret. */
interface NewSecret {
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** ARN of the key that encrypts it. `undefined`: AWS's own key, `aws/secretsmanager`. */
  readonly kmsKeyArn: string | undefined;
}

/** One secret, for the writer of a slot. It can't read a token. Every call ends when `signal` aborts. */
export interface SecretStore extends ReleasableStore {
  /** Creates the secret with a first version, which is current at once. False when another writer has created it. */
  create(id: string, value: SlotValue, signal: AbortSignal): Promise<boolean>;
  /**
   * Writes a version beside the current one. True when it became current, as a slot's first version does.
   *
   * @param seen the current version, if there is one
   */
  put(id: string, value: SlotValue, seen: StoredVersion | undefined, signal: AbortSignal): Promise<boolean>;
  /** Makes `to` current if `from` still is. False when `from` is no longer current. */
  swapCurrent(to: string, from: string | undefined, signal: AbortSignal): Promise<boolean>;
  /** Deletes the secret, if it exists. */
  remove(signal: AbortSignal): Promise<void>;
}

/**
 * Timeout for a secret's first value, in milliseconds: the first one in an account waits until AWS has created the key that
 * encrypts it. The signal of the call may end it sooner.
 */
const FIRST_VALUE_MS = 4_000;

/** A client for the receiver. */
export const createSecretsManagerClient = (): SecretsManagerClient => new SecretsManagerClient(CLIENT_SETTINGS);

/**
 * The slot `secretId` in Secrets Manager. Failures of Secrets Manager are a `Refusal` with reason `slot-unavailable`.
 *
 * @param newSecret how to create the secret. Absent: a missing secret is a failure
 */
export function createSecretStore(client: SecretsManagerClient, secretId: string, newSecret?: NewSecret): SecretStore {
  const slot = { SecretId: secretId };

  /** Whether the secret was deleted meanwhile, as by an uninstall. The next `describe` tells. */
  const isGone = (error: unknown) =>
    newSecret !== undefined && ['ResourceNotFoundException', 'InvalidRequestException'].includes(asError(error).name);

  /** Moves `label`. False when it is no longer where it was seen. */
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
      // ResourceNotFoundException: the secret is gone, or the service doesn't see the new version yet.
      const { name } = asError(error);
      if (name === 'InvalidParameterException' || name === 'ResourceNotFoundException' || isGone(error)) return false;
      return unavailable(error);
    }
  }

  return {
    async describe(signal) {
      try {
        const command = new DescribeSecretCommand(slot);
        const { VersionIdsToStages = {}, DeletedDate } = await client.send(command, { abortSignal: signal });
        if (DeletedDate && newSecret) return undefined;
        if (DeletedDate) {
          throw new Error(
            `The secret is marked for deletion. To have it back: aws secretsmanager restore-secret --secret-id ${secretId}`,
          );
        }
        return Object.entries(VersionIdsToStages).map(([id, labels]) => ({
          id,
          current: labels.includes(CURRENT_LABEL),
          labels,
          parsed: parseVersionId(id),
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
        await client.send(command, { abortSignal: signal, requestTimeout: FIRST_VALUE_MS });
        return true;
      } catch (error) {
        // The name of a deleted secret stays taken for a while.
        if (asError(error).name === 'ResourceExistsException' || isGone(error)) return false;
        return unavailable(error);
      }
    },

    async put(id, value, seen, signal) {
      const command = new PutSecretValueCommand({
        ...slot,
        ClientRequestToken: id,
        SecretString: JSON.stringify(value),
        VersionStages: [
          INCOMING_LABEL,
          ...siteLabels(value.contexts),
          ...(staysReleased(id, seen) ? [RELEASED_LABEL] : []),
        ],
      });
      try {
        const { VersionStages = [] } = await client.send(command, {
          abortSignal: signal,
          ...(seen === undefined && { requestTimeout: FIRST_VALUE_MS }),
        });
        return VersionStages.includes(CURRENT_LABEL);
      } catch (error) {
        // The id has the token's hash, so this version is the same token, delivered with another API base URL.
        if (asError(error).name === 'ResourceExistsException' || isGone(error)) return false;
        return unavailable(error);
      }
    },

    swapCurrent: (to, from, signal) => move(CURRENT_LABEL, to, from, signal),

    release: (to, from, signal) => move(RELEASED_LABEL, to, from, signal),

    async remove(signal) {
      // At once: an installation's uuid is never used again, so nobody needs to recover the secret.
      const command = new DeleteSecretCommand({ ...slot, ForceDeleteWithoutRecovery: true });
      try {
        await client.send(command, { abortSignal: signal });
      } catch (error) {
        if (asError(error).name !== 'ResourceNotFoundException') unavailable(error);
      }
    },
  };
}

/**
 * Whether the next version is released like the one before: a delivery that an uninstall has overtaken must not bind the
 * slot anew, for hours. If the uninstall comes to nothing, the slot is kept fresh, and is free for another installation.
 */
export const staysReleased = (id: string, seen: StoredVersion | undefined): boolean =>
  seen?.labels.includes(RELEASED_LABEL) === true && seen.parsed?.installation === parseVersionId(id)?.installation;

/**
 * A slot that is a secret. Secrets Manager has no conditional write: a version is put beside the current one, and then the
 * label of the current one moves to it if it is still where it was seen.
 */
export function createSecretSlot(store: SecretStore): SlotStore {
  return {
    describe: store.describe,
    create: store.create,
    remove: store.remove,

    async replace(id, value, seen, signal) {
      // Putting a version again changes nothing, and tells whether another delivery has made it current.
      if (await store.put(id, value, seen, signal)) return true;
      return store.swapCurrent(id, seen?.id, signal);
    },
  };
}

interface SecretSlotsOptions {
  readonly location: SecretLocation;
  /** Tags of new secrets: `name` and the stage's name in config.ts. */
  readonly app: string;
  readonly stage: string;
  /** More from config.ts, whose tags replace those of the same name. */
  readonly newSecrets?: NewSecrets;
  /** @default - real time */
  readonly timing?: Partial<Timing>;
}

/** The slots in Secrets Manager, at `options.location`. */
export function createSecretSlots(client: SecretsManagerClient, options: SecretSlotsOptions): Slots {
  const { location, timing } = options;
  const writers = createWriters(timing);

  const storeFor = (installation: string, newSecret?: NewSecret): SecretStore =>
    createSecretStore(client, secretIdOf(location, installation), newSecret);

  function open(delivery: TaggedDelivery) {
    const newSecret = 'secretArn' in location ? undefined : describeSlot(delivery, options);
    return createSecretSlot(storeFor(delivery.installation, newSecret));
  }

  return {
    write(delivery, signal) {
      // All callers share the one slot's writer.
      const slot = 'secretArn' in location ? '' : delivery.installation;
      return writers.of(slot, () => open(delivery))(delivery, signal);
    },

    async remove(installation, signal) {
      // First: even if removing fails, the next delivery must look at the slot.
      writers.forget('secretArn' in location ? '' : installation);
      if ('secretArn' in location) {
        const { release } = await import('./release');
        return release(storeFor(installation), installation, signal, timing);
      }
      await storeFor(installation).remove(signal);
      return 'removed';
    },
  };
}

function describeSlot(delivery: TaggedDelivery, { app, stage, newSecrets }: SecretSlotsOptions): NewSecret {
  const { installation, environment } = delivery;
  const sites = siteTag(delivery);
  return {
    description:
      `App system token of a Forge app's installation ${installation}, stage ${stage}. The receiver function fills it ` +
      'when Forge calls, and keeps it fresh; never fill it by hand. It is deleted when the app is uninstalled.',
    tags: { app, stage, installation, environment, ...newSecrets?.tags, ...(sites !== '' && { [SITES_TAG]: sites }) },
    kmsKeyArn: newSecrets?.kmsKeyArn,
  };
}
