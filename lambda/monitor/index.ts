import type { Context } from 'aws-lambda';
import { parseMonitorVariables } from '../contract/monitor-settings';
import { createClient } from './client';
import { handle, type MonitorDependencies } from './handler';
import { type Reaper, reap } from './reap';
import { createMonitorReports } from './report';
import { sweep } from './sweep';

/** Time kept for telling of a sweep that is over its time, in milliseconds. */
const RESERVE_MS = 2_000;

const { slots: location, intervalMinutes, reapAfterDays, remoteName } = parseMonitorVariables(process.env);
const client = createClient();
const { report, reportFailure, reaper: log } = createMonitorReports(remoteName);

const reaper: Reaper | undefined =
  'prefix' in location && reapAfterDays !== undefined
    ? { client, prefix: location.prefix, afterDays: reapAfterDays, log, now: Date.now }
    : undefined;

const dependencies: MonitorDependencies = {
  intervalMinutes,
  sweep: (signal) => sweep(client, location, signal),
  report,
  reportFailure,
  ...(reaper && { reap: (slots, signal) => reap(slots, reaper, signal) }),
  now: Date.now,
};

/** The Lambda function that runs every few minutes. */
export const handler = (_event: unknown, context: Context): Promise<void> =>
  handle(AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MS)), dependencies);
