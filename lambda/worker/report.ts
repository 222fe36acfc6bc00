import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../contract/metrics';
import type { RunReport } from './handler';
import type { JobLog } from './job';
import type { JobMessage } from './job-message';

/** The worker's log and metrics. */
export interface WorkerReports {
  /** A log whose lines say of which installation and which call of Forge they are. */
  logFor(message: JobMessage): JobLog;
  /** Writes one log line and one set of metrics for each run. */
  report(run: RunReport): void;
}

/** @param remoteName value of the metric dimension `Remote` */
export function createWorkerReports(remoteName: string): WorkerReports {
  const logger = new Logger({ serviceName: remoteName });
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
  // Powertools has a dimension "service" of its own, by which nothing here looks.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ [DIMENSIONS.remote]: remoteName });

  return {
    logFor(message) {
      const child = logger.createChild({ persistentKeys: identify(message) });
      return {
        info: (text, fields = {}) => child.info(text, fields),
        warn: (text, fields = {}) => child.warn(text, fields),
        error: (text, fields = {}) => child.error(text, fields),
      };
    },

    report({ message, error, durationMs, ...run }) {
      const line = { ...run, durationMs, ...(message && identify(message)) };
      if (error) logger.error('Job failed; it is tried again, then kept in the dead-letter queue.', { ...line, error });
      else logger.info('Job done.', line);
      metrics.addMetric(error ? METRICS.jobFailed : METRICS.jobSucceeded, MetricUnit.Count, 1);
      metrics.addMetric(METRICS.jobDuration, MetricUnit.Milliseconds, durationMs);
      metrics.publishStoredMetrics();
    },
  };
}

const identify = ({ installationId, environment, traceId, trigger }: JobMessage) => ({
  installation: installationId,
  environment,
  traceId,
  module: trigger.key,
  ...(trigger.type === 'event' && { event: trigger.name }),
});
