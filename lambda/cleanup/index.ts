import { setTimeout } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { isLoopbackOrigin, required, SLOT_ENV } from '../contract/settings';
import { ANSWER_MS, answer } from './answer';
import { deleteSecrets, LIST_LAG_MS } from './delete-secrets';
import { handle } from './handler';

const prefix = required(process.env, SLOT_ENV.prefix);
// The emulation on this machine lists without delay.
const listLagMs = isLoopbackOrigin(process.env.AWS_ENDPOINT_URL ?? '') ? 0 : LIST_LAG_MS;
const client = new SecretsManagerClient({ maxAttempts: 5 });

/** The Lambda function behind the stack's custom resource. CloudFormation waits for its answer at a URL. */
export async function handler(event: CloudFormationCustomResourceEvent, context: Context): Promise<void> {
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - 2 * ANSWER_MS));
  const result = await handle(event, {
    prefix,
    deleteSecrets: () =>
      deleteSecrets(client, prefix, {
        signal,
        listLagMs,
        sleep: (ms, until) => setTimeout(ms, undefined, { signal: until }),
      }),
    timeIsUp: () => signal.aborted,
  });
  if (result.failure !== undefined) console.error(result.failure);
  await answer(event, result, fetch);
}
