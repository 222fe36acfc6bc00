import { METRICS } from '../contract/metrics';
import { type Level, logLine, metricLine, ofRemote, writeLines } from '../telemetry';
import type { Census, TokenLife } from './census';
import type { ReaperLog } from './reap';
import type { Reinstall } from './reinstalls';

/** The monitor's log and metrics. */
export interface MonitorReports {
  /** Writes one log line and one set of metrics for a sweep. */
  report(census: Census): void;
  /** Writes one log line, and no metrics. */
  reportFailure(error: Error): void;
  readonly reaper: ReaperLog;
}

/** Installations that a log line names; of the others it says how many they are. */
const MOST_NAMED = 20;

/** @param remoteName value of the metric dimension `Remote` */
export function createMonitorReports(remoteName: string): MonitorReports {
  const line = (level: Level, message: string, fields: object) => logLine(level, message, remoteName, fields);
  return {
    report(census) {
      const { level, message, ...fields } = describe(census);
      writeLines(line(level, message, fields), metrics(remoteName, census));
    },
    reportFailure(error) {
      const message = 'Sweep failed: it is not known how the slots are. The next sweep tries again.';
      writeLines(line('ERROR', message, { error }));
    },
    reaper: {
      announce: (slot) => writeLines(line('WARN', 'Deleting a slot whose token expired long ago.', slot)),
      failed: (slot, error) => {
        const message = 'A slot that should be deleted is still there. The next sweep tries again.';
        writeLines(line('ERROR', message, { ...slot, error }));
      },
    },
  };
}

function describe({ total, empty, expired, late, reinstalled, minSecondsLeft }: Census) {
  return {
    ...headline({ expired, late, reinstalled, minSecondsLeft }),
    slots: { total, empty, expired: expired.length, late: late.length },
    ...(minSecondsLeft !== undefined && { minTokenSecondsLeft: minSecondsLeft }),
    ...named('late', late),
    ...named('expired', expired),
    ...named('reinstalled', reinstalled),
  };
}

type Found = Pick<Census, 'expired' | 'late' | 'reinstalled'> & { readonly minSecondsLeft: number | undefined };

function headline({ expired, late, reinstalled, minSecondsLeft }: Found): { level: Level; message: string } {
  if (late.length > 0) return { level: 'WARN', message: 'Installations have missed a delivery of their token.' };
  if (expired.length > 0) return { level: 'WARN', message: 'Slots have an expired token.' };
  if (reinstalled.length > 0) {
    return { level: 'INFO', message: 'The app was installed anew on a site: the earlier slot is left over.' };
  }
  if (minSecondsLeft === undefined) return { level: 'INFO', message: 'No slot has a token yet.' };
  return { level: 'INFO', message: 'Every token is fresh.' };
}

/** The first installations of a list, and how many more there are. */
function named(list: string, installations: readonly (TokenLife | Reinstall)[]): Record<string, unknown> {
  if (installations.length === 0) return {};
  return {
    [list]: installations.slice(0, MOST_NAMED),
    [`${list}NotNamed`]: Math.max(0, installations.length - MOST_NAMED),
  };
}

function metrics(remoteName: string, { total, empty, expired, late, minSecondsLeft }: Census): string {
  const values = {
    [METRICS.slotsTotal]: total,
    [METRICS.slotsEmpty]: empty,
    [METRICS.slotsExpired]: expired.length,
    [METRICS.slotsLate]: late.length,
    ...(minSecondsLeft !== undefined && { [METRICS.minTokenSecondsLeft]: minSecondsLeft }),
  };
  return metricLine(ofRemote(remoteName), values, { [METRICS.minTokenSecondsLeft]: 'Seconds' });
}
