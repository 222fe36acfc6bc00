import type { SecretStore } from './secret-store';
import type { SlotStore } from './slot-store';

/**
 * A slot that is a secret. Secrets Manager has no write under a condition: a version is put beside the current one, and
 * then the label of the current one is moved to it, if that is still where it was seen.
 */
export function createSecretSlot(store: SecretStore): SlotStore {
  /** A version that was put and overtaken: the next try finds it there. Nothing is remembered beyond that. */
  let overtaken: string | undefined;

  return {
    describe: store.describe,
    create: store.create,

    async replace(id, value, seen, signal) {
      const isThere = overtaken === id;
      overtaken = undefined;
      if (!isThere && (await store.put(id, value, signal))) return true;
      const isCurrent = await store.swapCurrent(id, seen?.id, signal);
      if (!isCurrent) overtaken = id;
      return isCurrent;
    },

    remove: store.remove,
  };
}
