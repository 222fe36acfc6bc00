import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ForgeEnvironment } from '../contract/routes';
import { SITES_TAG } from '../contract/slot';
import { type SlotLocation, secretIdOf } from '../contract/slot-location';
import { release } from './release';
import { createSecretStore, type NewSecret, type SecretStore } from './secret-store';
import { siteTag } from './site-label';
import { createSlotWriter, type Delivery, type SlotOutcome } from './write-newest';

/** A delivery, and its environment for the tags of a secret that it makes. */
export interface TaggedDelivery extends Delivery {
  readonly environment: ForgeEnvironment;
  readonly environmentId?: string;
}

/** The slots of a stage, whichever way they are kept. */
export interface Slots {
  /** @throws {Refusal} as `createSlotWriter` says */
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
  readonly location: SlotLocation;
  /** Tags of the secrets that are made: `name` and the stage's name in config.ts. */
  readonly app: string;
  readonly stage: string;
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** Installations whose last token is remembered, so that the same one again costs no call. */
export const MOST_REMEMBERED = 1_000;

/** The slots at `options.location`. */
export function createSlots(client: SecretsManagerClient, options: SlotsOptions): Slots {
  const { location, now = Date.now } = options;
  const writers = new Map<string, ReturnType<typeof createSlotWriter>>();

  const storeFor = (installation: string, newSecret?: NewSecret): SecretStore =>
    createSecretStore(client, secretIdOf(location, installation), newSecret);

  function writerFor(delivery: TaggedDelivery): ReturnType<typeof createSlotWriter> {
    // The one slot has one writer, whoever calls: it is bound to the first.
    const key = 'secretArn' in location ? '' : delivery.installation;
    const known = writers.get(key);
    if (known) return known;
    const [oldest] = writers.keys();
    if (oldest !== undefined && writers.size >= MOST_REMEMBERED) writers.delete(oldest);
    const newSecret = 'secretArn' in location ? undefined : describeSlot(delivery, options);
    const writer = createSlotWriter(storeFor(delivery.installation, newSecret), now);
    writers.set(key, writer);
    return writer;
  }

  return {
    write: (delivery, signal) => writerFor(delivery)(delivery, signal),

    async remove(installation, signal) {
      if ('secretArn' in location) return release(storeFor(installation), installation, signal);
      await storeFor(installation).remove(signal);
      writers.delete(installation);
      return 'removed';
    },
  };
}

function describeSlot(delivery: TaggedDelivery, { app, stage }: SlotsOptions): NewSecret {
  const { installation, environment } = delivery;
  const sites = siteTag(delivery);
  return {
    description:
      `App system token of a Forge app's installation ${installation}, stage ${stage}. The receiver function fills it ` +
      'when Forge calls, and keeps it fresh; never fill it by hand. It is deleted when the app is uninstalled.',
    tags: { app, stage, installation, environment, ...(sites !== '' && { [SITES_TAG]: sites }) },
  };
}
