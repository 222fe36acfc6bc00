import { DeleteSecretCommand, paginateListSecrets, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/**
 * How far ListSecrets may lag, in milliseconds: "Secrets Manager ListSecrets might not show changes from the last 5 minutes"
 * (AWS's API reference), and a little more.
 */
export const LIST_LAG_MS = 5 * 60_000 + 10_000;

export interface DeletionOptions {
  /** When to give up. */
  readonly signal: AbortSignal;
  /** How far the list may lag, in milliseconds. */
  readonly listLagMs: number;
  /** Waits so many milliseconds. Rejects when `signal` aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Deletes all secrets `<prefix>/…` for good. It lists them twice, because the first list may lack the newest. Rejects when
 * the signal aborts.
 *
 * @throws {Error} of the SDK, at the first secret that can't be deleted
 */
export async function deleteSecrets(
  client: SecretsManagerClient,
  prefix: string,
  { signal, listLagMs, sleep }: DeletionOptions,
): Promise<void> {
  await deleteListed(client, prefix, signal);
  if (listLagMs === 0) return;
  await sleep(listLagMs, signal);
  await deleteListed(client, prefix, signal);
}

async function deleteListed(client: SecretsManagerClient, prefix: string, signal: AbortSignal): Promise<void> {
  // One after the other: Secrets Manager limits the rate of deletions.
  for (const SecretId of await arnsUnder(client, `${prefix}/`, signal)) {
    await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }), { abortSignal: signal });
  }
}

/** Lists all before the first is deleted: deletions may invalidate a page's token. */
async function arnsUnder(client: SecretsManagerClient, start: string, signal: AbortSignal): Promise<string[]> {
  const arns: string[] = [];
  const input = {
    Filters: [{ Key: 'name' as const, Values: [start] }],
    // Secrets in their recovery window would also outlive the stack.
    IncludePlannedDeletion: true,
  };
  for await (const { SecretList = [] } of paginateListSecrets({ client }, input, { abortSignal: signal })) {
    for (const { ARN, Name } of SecretList) {
      // Checked again: deletion must not depend on the service's filter.
      if (ARN !== undefined && Name?.startsWith(start)) arns.push(ARN);
    }
  }
  return arns;
}
