import { INTERVAL_MINUTES } from '../../../../lambda/contract/routes';
import { deduplicationId, firingOf } from '../../../../lambda/receiver/enqueue';
import { INTERVALS } from '../../../../lib/manifest/triggers';
import { INSTALLATION, NOW_MS, PATH } from '../../../../test/support/forge-call';
import { ASSUMED } from './assumptions';

/**
 * Whether the job runs once more when Forge calls again because an answer was lost, as the receiver's own deduplication
 * id says. Two calls at once always have one id.
 */
export function runsAgainAfterRetry(intervalMinutes: number): boolean {
  const interval = INTERVALS.find((name) => INTERVAL_MINUTES[name] === intervalMinutes) ?? 'hour';
  const idAt = (nowMs: number) =>
    deduplicationId(INSTALLATION.uuid, PATH, firingOf({ type: 'schedule', key: 'token', interval }, nowMs));
  return idAt(NOW_MS) !== idAt(NOW_MS + ASSUMED.retryAfterMs);
}
