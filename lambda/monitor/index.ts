import type { Context } from 'aws-lambda';
import { parseMonitorVariables } from '../contract/background-settings';
import { notBundled } from '../contract/settings';
import { handle, type MonitorDependencies, type MonitoredSlots } from './handler';
import { createKeySetBackup } from './key-set';
import { createMonitorReports } from './report';

/** Time reserved for the log line of a run that takes too long, in milliseconds. */
const RESERVE_MS = 2_000;

const { slots, delivery, reapAfterDays, keySet, remoteName } = parseMonitorVariables(process.env);
const reports = createMonitorReports(remoteName);

/** Bundling replaces BUNDLED_FOR with its value, and drops the code for the other service. */
async function openSlots(): Promise<MonitoredSlots> {
  if (process.env.BUNDLED_FOR !== 'secretsmanager' && 'table' in slots) {
    return import('./table').then(({ monitorTable }) => monitorTable(slots));
  }
  if (process.env.BUNDLED_FOR !== 'dynamodb' && !('table' in slots)) {
    return import('./secrets').then(({ monitorSecrets }) => monitorSecrets(slots, reapAfterDays, reports.deletion));
  }
  throw notBundled();
}

const dependencies: MonitorDependencies = {
  slots: await openSlots(),
  delivery,
  ...(keySet && { keepKeySet: createKeySetBackup(keySet) }),
  reports,
  now: Date.now,
};

/** The Lambda function that runs every 5 minutes. */
export const handler = (_event: unknown, context: Context): Promise<void> =>
  handle(AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MS)), dependencies);
