import { notBundled } from '../contract/settings';
import { type SlotLocation, slotIdOf } from '../contract/slot';
import type { SlotReader } from './slot-content';
import type { ClientOptions } from './slot-writer';

/**
 * A reader of the slots at `location`. It loads the AWS SDK's client for the service that they are in, and begins at
 * once, so that a function does it while it starts.
 *
 * It needs `secretsmanager:GetSecretValue` on the secrets, or `dynamodb:GetItem` on the table, and nothing else.
 */
export function createSlotReader(location: SlotLocation, options: ClientOptions = {}): SlotReader {
  const loading = openReader(location, options);
  // If it fails, the first read throws it.
  loading.catch(() => undefined);
  return {
    idOf: (installationUuid) => slotIdOf(location, installationUuid),
    read: async (installationUuid) => (await loading).read(installationUuid),
  };
}

/** BUNDLED_FOR is known when one of our functions is bundled, and the code for the other service is left out. */
async function openReader(location: SlotLocation, options: ClientOptions): Promise<SlotReader> {
  if (process.env.BUNDLED_FOR !== 'secretsmanager' && 'table' in location) {
    return import('./table-reader').then(({ openTableReader }) => openTableReader(location, options));
  }
  if (process.env.BUNDLED_FOR !== 'dynamodb' && !('table' in location)) {
    return import('./secret-reader').then(({ openSecretReader }) => openSecretReader(location, options));
  }
  throw notBundled();
}
