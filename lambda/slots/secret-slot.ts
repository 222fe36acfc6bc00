import type { SecretStore } from './secret-store';
import type { SlotStore } from './slot-store';

/**
 * A slot that is a secret. Secrets Manager has no write under a condition: a version is put beside the current one, and
 * then the label of the current one is moved to it, if that is still where it was seen.
 */
export function createSecretSlot(store: SecretStore): SlotStore {
  let written: string | undefined;

  return {
    describe: store.describe,
    create: store.create,

    async replace(id, value, seen, signal) {
      // Overtaken and tried again, it is there already.
      const becameCurrent = written !== id && (await store.put(id, value, signal));
      written = id;
      return becameCurrent || store.swapCurrent(id, seen?.id, signal);
    },

    remove: store.remove,
  };
}
