import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createSecretSlot, createSecretStore } from '../../lambda/slots/secret-slots';
import { createSlotWriter } from '../../lambda/slots/slot-writer';
import { type EmulatedAws, startAws } from '../../tools/emulator/aws/server';

/**
 * The real SDK's client for an emulated AWS.
 *
 * @param requestTimeout in milliseconds; a busy machine has its time
 */
export const clientFor = (aws: EmulatedAws, requestTimeout = 5_000) =>
  new SecretsManagerClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 5_000, requestTimeout, throwOnRequestTimeout: true },
  });

/** An emulated AWS with slots in it. */
export async function startSlots(nowMs: () => number) {
  const aws = await startAws({ clock: nowMs });
  const client = clientFor(aws);
  return {
    aws,
    client,
    /** An empty slot, as CDK makes one. */
    emptySlot(name: string) {
      aws.secrets.create({ Name: name });
      return {
        /** A writer as another function instance has one: it remembers nothing. */
        newWriter: () => createSlotWriter(createSecretSlot(createSecretStore(client, name)), { now: nowMs }),
        /** What a consumer reads. */
        read: () => JSON.parse(aws.secrets.get({ SecretId: name, VersionStage: 'AWSCURRENT' }).SecretString ?? ''),
        versions: () => aws.secrets.listVersions({ SecretId: name, IncludeDeprecated: true }).Versions,
      };
    },
    async stop() {
      client.destroy();
      await aws.stop();
    },
  };
}
