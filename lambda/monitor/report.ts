import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../contract/metrics';
import type { DeletionLog } from './secrets';
import type { Reinstall, SlotSummary, TokenLife } from './summary';

/** The monitor's log and metrics. */
export interface MonitorReports {
  /** Writes one log line and one set of metrics for all slots. */
  slots(summary: SlotSummary): void;
  /** Not all slots could be seen. Writes one log line, and no metrics. */
  slotsUnseen(error: Error): void;
  /** Whether the key server answered and its key set is kept: one metric, and a log line when that failed. */
  keySet(error?: Error): void;
  readonly deletion: DeletionLog;
}

/** Installations that a log line names; of the others it says how many they are. */
const MOST_NAMED = 20;

/** @param remoteName value of the metric dimension `Remote` */
export function createMonitorReports(remoteName: string): MonitorReports {
  const logger = new Logger({ serviceName: remoteName });
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
  // Powertools has a dimension "service" of its own, by which nothing here looks.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ [DIMENSIONS.remote]: remoteName });

  return {
    slots(summary) {
      logSlots(logger, summary);
      measureSlots(metrics, summary);
    },
    slotsUnseen(error) {
      logger.error('Not all slots could be seen, so nothing is known of them. The next run tries again.', { error });
    },
    keySet(error) {
      if (error) logger.error("Forge's key set could not be fetched and kept. The next run tries again.", { error });
      metrics.addMetric(METRICS.keySetFailures, MetricUnit.Count, error ? 1 : 0);
      metrics.publishStoredMetrics();
    },
    deletion: {
      announce: (slot) => logger.warn('Deleting a slot whose token expired long ago.', { ...slot }),
      failed: (slot, error) =>
        logger.error('A slot that should be deleted is still there. The next run tries again.', { ...slot, error }),
    },
  };
}

function logSlots(logger: Logger, { total, empty, expired, late, reinstalled, minSecondsLeft }: SlotSummary): void {
  const line = {
    slots: { total, empty, replaced: reinstalled.length, expired: expired.length, late: late.length },
    ...(minSecondsLeft !== undefined && { minTokenSecondsLeft: minSecondsLeft }),
    ...named('late', late),
    ...named('expired', expired),
    ...named('reinstalled', reinstalled),
  };
  if (late.length > 0) logger.warn('Installations have missed a delivery of their token.', line);
  else if (expired.length > 0) logger.warn('Slots have an expired token.', line);
  else if (reinstalled.length > 0)
    logger.info('The app was reinstalled on a site, and the slot of the earlier installation is left over.', line);
  else if (minSecondsLeft === undefined) logger.info('No slot has a token yet.', line);
  else logger.info('Every token is fresh.', line);
}

/** The first installations of a list, and how many more there are. */
function named(list: string, installations: readonly (TokenLife | Reinstall)[]): Record<string, unknown> {
  if (installations.length === 0) return {};
  return {
    [list]: installations.slice(0, MOST_NAMED),
    [`${list}NotNamed`]: Math.max(0, installations.length - MOST_NAMED),
  };
}

function measureSlots(metrics: Metrics, summary: SlotSummary): void {
  const { total, empty, expired, newlyExpired, runningOut, late, newlyReplaced, minSecondsLeft } = summary;
  metrics.addMetric(METRICS.slotsTotal, MetricUnit.Count, total);
  metrics.addMetric(METRICS.slotsEmpty, MetricUnit.Count, empty);
  metrics.addMetric(METRICS.slotsExpired, MetricUnit.Count, expired.length);
  metrics.addMetric(METRICS.slotsNewlyExpired, MetricUnit.Count, newlyExpired);
  metrics.addMetric(METRICS.slotsRunningOut, MetricUnit.Count, runningOut);
  metrics.addMetric(METRICS.slotsLate, MetricUnit.Count, late.length);
  metrics.addMetric(METRICS.slotsNewlyReplaced, MetricUnit.Count, newlyReplaced);
  if (minSecondsLeft !== undefined) {
    metrics.addMetric(METRICS.minTokenSecondsLeft, MetricUnit.Seconds, minSecondsLeft);
  }
  metrics.publishStoredMetrics();
}
