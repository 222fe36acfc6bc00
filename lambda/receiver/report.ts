import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DIMENSIONS, METRICS } from '../contract/metrics';
import { REASONS } from '../contract/reasons';
import type { CallReport } from './handler';

/**
 * Writes one log line and one set of metrics for each call.
 *
 * @param remoteName value of the metric dimension `Remote`
 */
export function createReport(logger: Logger, metrics: Metrics, remoteName: string): (call: CallReport) => void {
  return (call) => {
    log(logger, call);
    count(metrics, call, remoteName);
  };
}

function log(logger: Logger, { invocation, error, reason, ...call }: CallReport): void {
  const line = {
    ...(reason && { reason }),
    ...call,
    ...(invocation && {
      installation: invocation.installationId,
      environment: invocation.environment,
      appVersion: invocation.appVersion,
      module: invocation.moduleKey,
    }),
  };
  if (!reason) logger.info('Call accepted.', line);
  else if (error) logger.error(REASONS[reason].log, { ...line, error });
  else if (REASONS[reason].status >= 500) logger.error(REASONS[reason].log, line);
  else logger.warn(REASONS[reason].log, line);
}

function count(metrics: Metrics, { reason, outcome }: CallReport, remoteName: string): void {
  // Each set stands for itself: all calls of this remote, and, when refused, those with this reason.
  metrics.addDimensions({ [DIMENSIONS.remote]: remoteName });
  if (reason) metrics.addDimensions({ [DIMENSIONS.remote]: remoteName, [DIMENSIONS.reason]: reason });
  metrics.addMetric(reason ? METRICS.refused : METRICS.accepted, MetricUnit.Count, 1);
  if (outcome === 'stored') metrics.addMetric(METRICS.stored, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
