import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../contract/metrics';
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
  const logger = new Logger({ serviceName: remoteName });
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
  // Powertools has a dimension "service" of its own, by which nothing here looks.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ [DIMENSIONS.remote]: remoteName });

  return {
    report(census) {
      log(logger, census);
      measure(metrics, census);
    },
    reportFailure(error) {
      logger.error('Sweep failed: it is not known how the slots are. The next sweep tries again.', { error });
    },
    reaper: {
      announce: (slot) => logger.warn('Deleting a slot whose token expired long ago.', { ...slot }),
      failed: (slot, error) =>
        logger.error('A slot that should be deleted is still there. The next sweep tries again.', { ...slot, error }),
    },
  };
}

function log(logger: Logger, { total, empty, expired, late, reinstalled, minSecondsLeft }: Census): void {
  const line = {
    slots: { total, empty, expired: expired.length, late: late.length },
    ...(minSecondsLeft !== undefined && { minTokenSecondsLeft: minSecondsLeft }),
    ...named('late', late),
    ...named('expired', expired),
    ...named('reinstalled', reinstalled),
  };
  if (late.length > 0) logger.warn('Installations have missed a delivery of their token.', line);
  else if (expired.length > 0) logger.warn('Slots have an expired token.', line);
  else if (reinstalled.length > 0)
    logger.info('The app was installed anew on a site: the earlier slot is left over.', line);
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

function measure(metrics: Metrics, { total, empty, expired, late, minSecondsLeft }: Census): void {
  metrics.addMetric(METRICS.slotsTotal, MetricUnit.Count, total);
  metrics.addMetric(METRICS.slotsEmpty, MetricUnit.Count, empty);
  metrics.addMetric(METRICS.slotsExpired, MetricUnit.Count, expired.length);
  metrics.addMetric(METRICS.slotsLate, MetricUnit.Count, late.length);
  if (minSecondsLeft !== undefined) {
    metrics.addMetric(METRICS.minTokenSecondsLeft, MetricUnit.Seconds, minSecondsLeft);
  }
  metrics.publishStoredMetrics();
}
