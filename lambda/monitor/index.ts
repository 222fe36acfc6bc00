import type { Context } from 'aws-lambda';
import { parseMonitorVariables } from '../contract/monitor-settings';
import { notBundled } from '../contract/slot-location';
import { handle, type MonitorDependencies } from './handler';
import { createMonitorReports } from './report';
import type { Watch } from './watch';

/** Time kept for telling of a sweep that is over its time, in milliseconds. */
const RESERVE_MS = 2_000;

const { slots, intervalMinutes, reapAfterDays, remoteName } = parseMonitorVariables(process.env);
const { report, reportFailure, reaper } = createMonitorReports(remoteName);

/** BUNDLED_FOR is known when this is bundled, and the code for the other service is left out. */
async function openWatch(): Promise<Watch> {
  if (process.env.BUNDLED_FOR !== 'secretsmanager' && 'table' in slots) {
    return import('./watch-table').then(({ watchTable }) => watchTable(slots));
  }
  if (process.env.BUNDLED_FOR !== 'dynamodb' && !('table' in slots)) {
    return import('./watch-secrets').then(({ watchSecrets }) => watchSecrets(slots, reapAfterDays, reaper));
  }
  throw notBundled();
}

const dependencies: MonitorDependencies = {
  intervalMinutes,
  ...(await openWatch()),
  report,
  reportFailure,
  now: Date.now,
};

/** The Lambda function that runs every few minutes. */
export const handler = (_event: unknown, context: Context): Promise<void> =>
  handle(AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MS)), dependencies);
