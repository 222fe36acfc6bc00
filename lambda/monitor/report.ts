import { METRICS } from '../contract/outcomes';
import { type Level, logLine, metricLine, ofRemote, writeLines } from '../telemetry';
import type { MonitorReports, Reinstall, SlotSummary, TokenLife } from './handler';

/** Most installations that a log line names. The others are counted. */
const MOST_NAMED = 20;

/** @param remoteName value of the metric dimension `Remote` */
export function createMonitorReports(remoteName: string): MonitorReports {
  const line = (level: Level, message: string, fields: object) => logLine(level, message, remoteName, fields);
  return {
    slots(summary) {
      const { level, message, ...fields } = describe(summary);
      writeLines(line(level, message, fields), slotMetrics(remoteName, summary));
    },
    slotsNotListed(error) {
      const message = 'Not all slots could be listed, so their state is unknown. The next run tries again.';
      writeLines(line('ERROR', message, { error }));
    },
    keySet(error) {
      const message = "Forge's key set could not be fetched and kept. The next run tries again.";
      const metrics = metricLine(ofRemote(remoteName), { [METRICS.keySetFailures]: error ? 1 : 0 });
      writeLines(...(error ? [line('ERROR', message, { error })] : []), metrics);
    },
    deletion: {
      announce: (slot) => writeLines(line('WARN', 'Deleting a slot whose token expired long ago.', slot)),
      failed: (slot, error) => {
        const message = 'A slot that should be deleted is still there. The next run tries again.';
        writeLines(line('ERROR', message, { ...slot, error }));
      },
    },
  };
}

function describe({ total, empty, expired, late, reinstalled, minSecondsLeft }: SlotSummary) {
  return {
    ...headline({ expired, late, reinstalled, minSecondsLeft }),
    slots: { total, empty, replaced: reinstalled.length, expired: expired.length, late: late.length },
    ...(minSecondsLeft !== undefined && { minTokenSecondsLeft: minSecondsLeft }),
    ...named('late', late),
    ...named('expired', expired),
    ...named('reinstalled', reinstalled),
  };
}

type Found = Pick<SlotSummary, 'expired' | 'late' | 'reinstalled'> & { readonly minSecondsLeft: number | undefined };

function headline({ expired, late, reinstalled, minSecondsLeft }: Found): { level: Level; message: string } {
  if (late.length > 0) return { level: 'WARN', message: 'Installations have missed a delivery of their token.' };
  if (expired.length > 0) return { level: 'WARN', message: 'Slots have an expired token.' };
  if (reinstalled.length > 0) {
    const message = 'The app was reinstalled on a site, and the slot of the earlier installation is left over.';
    return { level: 'INFO', message };
  }
  if (minSecondsLeft === undefined) return { level: 'INFO', message: 'No slot has a token yet.' };
  return { level: 'INFO', message: 'Every token is fresh.' };
}

/** The first installations of a list, and the number of the others. */
function named(list: string, installations: readonly (TokenLife | Reinstall)[]): Record<string, unknown> {
  if (installations.length === 0) return {};
  return {
    [list]: installations.slice(0, MOST_NAMED),
    [`${list}NotNamed`]: Math.max(0, installations.length - MOST_NAMED),
  };
}

function slotMetrics(remoteName: string, summary: SlotSummary): string {
  const { total, empty, expired, newlyExpired, runningOut, late, newlyReplaced, minSecondsLeft } = summary;
  const values = {
    [METRICS.slotsTotal]: total,
    [METRICS.slotsEmpty]: empty,
    [METRICS.slotsExpired]: expired.length,
    [METRICS.slotsNewlyExpired]: newlyExpired,
    [METRICS.slotsRunningOut]: runningOut,
    [METRICS.slotsLate]: late.length,
    [METRICS.slotsNewlyReplaced]: newlyReplaced,
    ...(minSecondsLeft !== undefined && { [METRICS.minTokenSecondsLeft]: minSecondsLeft }),
  };
  return metricLine(ofRemote(remoteName), values, { [METRICS.minTokenSecondsLeft]: 'Seconds' });
}
