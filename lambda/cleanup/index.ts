import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { parseCleanupVariables } from '../contract/cleanup-settings';
import { ANSWER_MS, answer } from './answer';
import { deleteSecrets } from './delete-secrets';
import { handle } from './handler';

const { prefix } = parseCleanupVariables(process.env);
const client = new SecretsManagerClient({ maxAttempts: 5 });

/** The Lambda function behind the stack's custom resource. CloudFormation waits for its answer, not for its return. */
export async function handler(event: CloudFormationCustomResourceEvent, context: Context): Promise<void> {
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - 2 * ANSWER_MS));
  const outcome = await handle(event, {
    prefix,
    deleteSecrets: () => deleteSecrets(client, prefix, signal),
    timeIsUp: () => signal.aborted,
  });
  if (outcome.failure !== undefined) console.error(outcome.failure);
  await answer(event, outcome, fetch);
}
