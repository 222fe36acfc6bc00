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

/** How to make a secret that isn't there yet. */
export interface NewSecret {
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** ARN of the key that encrypts it; `undefined`: `aws/secretsmanager`, which AWS gives. */
  readonly kmsKeyArn: string | undefined;
}

/** One secret, as the writer of a slot needs it. It can't read a token back. Every call ends when `signal` says so. */
export interface SecretStore extends ReleasableStore {
  /** Makes the secret with a first version, which is current at once. False when somebody else has made it. */
  create(id: string, value: SlotValue, signal: AbortSignal): Promise<boolean>;
  /**
   * Writes a version beside the current one. True when it became the current one, as a slot's first version does.
   *
   * @param seen the current version, if there is one
   */
  put(id: string, value: SlotValue, seen: StoredVersion | undefined, signal: AbortSignal): Promise<boolean>;
  /** Makes `to` current if `from` still is. False when it no longer is. */
  swapCurrent(to: string, from: string | undefined, signal: AbortSignal): Promise<boolean>;
  /** Deletes the secret. It is no fault if it isn't there. */
  remove(signal: AbortSignal): Promise<void>;
}

/**
 * Time for a secret's first value, in milliseconds: the first one of an account waits for AWS to make the key that encrypts
 * it. The signal of the call may end it sooner.
 */
const FIRST_VALUE_MS = 4_000;

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
      // ResourceNotFoundException: the secret is gone, or the version that was put a moment ago is not yet seen.
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
        // A name is free again some time after its secret was deleted.
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

/**
 * Whether the next version is released like the one before: a delivery that an uninstall has overtaken must not bind the
 * slot anew, for hours. If the uninstall comes to nothing, the slot is kept fresh, and is free for another installation.
 */
export const staysReleased = (id: string, seen: StoredVersion | undefined): boolean =>
  seen?.labels.includes(RELEASED_LABEL) === true && seen.parsed?.installation === parseVersionId(id)?.installation;

/**
 * A slot that is a secret. Secrets Manager has no write under a condition: a version is put beside the current one, and
 * then the label of the current one is moved to it, if that is still where it was seen.
 */
export function createSecretSlot(store: SecretStore): SlotStore {
  return {
    describe: store.describe,
    create: store.create,
    remove: store.remove,

    async replace(id, value, seen, signal) {
      // To put a version once more changes nothing, and tells at once whether another delivery of it has made it current.
      if (await store.put(id, value, seen, signal)) return true;
      return store.swapCurrent(id, seen?.id, signal);
    },
  };
}

export interface SecretSlotsOptions {
  readonly location: SecretLocation;
  /** Tags of the secrets that are made: `name` and the stage's name in config.ts. */
  readonly app: string;
  readonly stage: string;
  /** What config.ts says of them beyond that: its tags count more than those of the same name. */
  readonly newSecrets?: NewSecrets;
  /** @default the real one */
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
      // The one slot has one writer, whoever calls: it is bound to the first.
      const slot = 'secretArn' in location ? '' : delivery.installation;
      return writers.of(slot, () => open(delivery))(delivery, signal);
    },

    async remove(installation, signal) {
      // First: whatever comes of it, the slot is looked at before the next token is taken for the one in it.
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
