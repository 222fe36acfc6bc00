import { deduplicationId } from '../../../../lambda/receiver/enqueue';
import { authorize, createTestVerifier, NOW_MS, PATH } from '../../../../test/support/forge-call';
import { ASSUMED } from './assumptions';

/**
 * Whether the job runs once more when Forge calls again because an answer was lost, as the receiver's own deduplication
 * id says. Two calls at once always have one id.
 */
export async function runsAgainAfterRetry(intervalMinutes: number): Promise<boolean> {
  const verify = await createTestVerifier();
  const invocation = await verify(await authorize());
  const idAt = (nowMs: number) =>
    deduplicationId({
      invocation,
      path: PATH,
      route: { kind: 'scheduledTrigger', everyMinutes: intervalMinutes },
      nowMs,
    });
  return idAt(NOW_MS) !== idAt(NOW_MS + ASSUMED.retryAfterMs);
}
