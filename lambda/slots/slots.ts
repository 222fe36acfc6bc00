import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { NewSecrets } from '../contract/new-secrets';
import type { ForgeEnvironment } from '../contract/routes';
import { SITES_TAG } from '../contract/slot';
import { type SecretLocation, secretIdOf } from '../contract/slot-location';
import { release } from './release';
import { createSecretSlot } from './secret-slot';
import { createSecretStore, type NewSecret, type SecretStore } from './secret-store';
import { siteTag } from './site-label';
import type { Delivery, SlotOutcome } from './write-newest';
import { createWriters } from './writers';

/** A delivery, and its environment for the tags of a slot that it makes. */
export interface TaggedDelivery extends Delivery {
  readonly environment: ForgeEnvironment;
  readonly environmentId?: string;
}

/** The slots of a stage, whichever way they are kept. */
export interface Slots {
  /** @throws {Refusal} as `SlotWriter` says */
  write(delivery: TaggedDelivery, signal: AbortSignal): Promise<SlotOutcome>;
  /**
   * Ends an installation's slot: `removed`, whether or not there was one. The stack's one slot stays: it is `released`,
   * free for the next installation; or `acknowledged`, left as it is, when it holds no token of this installation.
   *
   * @throws {Refusal} `slot-unavailable`
   */
  remove(installation: string, signal: AbortSignal): Promise<'removed' | 'released' | 'acknowledged'>;
}

export interface SlotsOptions {
  readonly location: SecretLocation;
  /** Tags of the secrets that are made: `name` and the stage's name in config.ts. */
  readonly app: string;
  readonly stage: string;
  /** What config.ts says of them beyond that: its tags count more than those of the same name. */
  readonly newSecrets?: NewSecrets;
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** The slots in Secrets Manager, at `options.location`. */
export function createSlots(client: SecretsManagerClient, options: SlotsOptions): Slots {
  const { location, now = Date.now } = options;
  const writers = createWriters(now);

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
      if ('secretArn' in location) return release(storeFor(installation), installation, signal);
      await storeFor(installation).remove(signal);
      return 'removed';
    },
  };
}

function describeSlot(delivery: TaggedDelivery, { app, stage, newSecrets }: SlotsOptions): NewSecret {
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
