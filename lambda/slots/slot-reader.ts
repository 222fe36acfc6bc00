import { notBundled } from '../contract/settings';
import { type SlotLocation, slotIdOf } from '../contract/slot';
import type { SlotReader } from './slot-content';
import type { ClientOptions } from './slot-writer';

/**
 * A reader of the slots at `location`. It starts at once to load the AWS SDK's client for their service, so that a function
 * does it during its start.
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

/** Bundling replaces BUNDLED_FOR with its value, and drops the code for the other service. */
async function openReader(location: SlotLocation, options: ClientOptions): Promise<SlotReader> {
  if (process.env.BUNDLED_FOR !== 'secretsmanager' && 'table' in location) {
    return import('./table-reader').then(({ openTableReader }) => openTableReader(location, options));
  }
  if (process.env.BUNDLED_FOR !== 'dynamodb' && !('table' in location)) {
    return import('./secret-reader').then(({ openSecretReader }) => openSecretReader(location, options));
  }
  throw notBundled();
}
