// First: nothing below runs before a call is proven.
import './wait-for-proof';
import { parseNewSecrets } from '../contract/new-secrets';
import type { ReceiverSettings } from '../contract/receiver-settings';
import type { SecretLocation } from '../contract/slot-location';
import { createSecretsManagerClient } from '../slots/secret-store';
import { createSlots } from '../slots/slots';
import { createEnqueue, createSqsClient } from './enqueue';
import type { Effects } from './handler';

/**
 * What a proven call may set in motion, with the AWS SDK behind it. Read by the first call that might be proven, run by
 * the first that is.
 */
export function createEffects(
  location: SecretLocation,
  { app, stage, newSecrets, queueUrl }: ReceiverSettings,
): Effects {
  return {
    slots: createSlots(createSecretsManagerClient(), {
      location,
      app,
      stage,
      ...(newSecrets && { newSecrets: parseNewSecrets(newSecrets) }),
    }),
    ...(queueUrl !== undefined && { enqueue: createEnqueue(createSqsClient(), queueUrl) }),
  };
}
