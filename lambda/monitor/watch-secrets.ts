import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretLocation } from '../contract/slot-location';
import { CLIENT_SETTINGS } from './client-settings';
import { type ReaperLog, reap } from './reap';
import { sweep } from './sweep';
import type { Watch } from './watch';

/**
 * Watches slots in Secrets Manager.
 *
 * @param reapAfterDays how long a token must have been expired for its slot to be deleted. Absent: none is
 */
export function watchSecrets(location: SecretLocation, reapAfterDays: number | undefined, log: ReaperLog): Watch {
  const client = new SecretsManagerClient(CLIENT_SETTINGS);
  const reaper =
    'prefix' in location && reapAfterDays !== undefined
      ? { client, prefix: location.prefix, afterDays: reapAfterDays, log, now: Date.now }
      : undefined;
  return {
    sweep: (signal) => sweep(client, location, signal),
    ...(reaper && { reap: (slots, signal) => reap(slots, reaper, signal) }),
  };
}
