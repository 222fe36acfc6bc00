import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../contract/metrics';
import { isFailure, REASONS } from '../contract/reasons';
import type { CallReport, Outcome } from './handler';

/**
 * Writes one log line and one set of metrics for each call.
 *
 * @param remoteName value of the metric dimension `Remote`
 */
export function createReport(remoteName: string): (call: CallReport) => void {
  const logger = new Logger({ serviceName: remoteName });
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
  // Powertools has a dimension "service" of its own, by which nothing here looks.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ [DIMENSIONS.remote]: remoteName });

  return (call) => {
    log(logger, call);
    count(metrics, call);
  };
}

/** What an outcome means, for the log. */
const ACCEPTED: Readonly<Record<Outcome, string>> = {
  stored: 'Call accepted: a new token is in the slot.',
  unchanged: 'Call accepted: the slot holds this token already.',
  older: 'Call accepted: the slot holds a token that lasts longer.',
  reinstalled: 'Call accepted: the app was installed anew on the same site, and the slot now holds its token.',
  rebound: "Call accepted: the slot's installation is gone, and the slot now holds the token of another site.",
  removed: 'Call accepted: the app is being uninstalled, and its slot is deleted.',
  released: 'Call accepted: the app is being uninstalled, and its slot is free for the next installation.',
  acknowledged: 'Call accepted: the app is being uninstalled. The slot is not its own, and stays as it is.',
  migrating: "Call accepted: a site's data moves to another region, and lambda/data-residency.ts has answered.",
  replayed: 'Call answered without effect: its invocation token was used before.',
};

function log(logger: Logger, { invocation, error, reason, ...call }: CallReport): void {
  const line = {
    ...(reason && { reason }),
    ...call,
    ...(invocation && {
      installation: invocation.installationId,
      // What a reinstall has in common with the installation before it.
      sites: invocation.contexts.flatMap(({ siteAri }) => siteAri ?? []),
      environment: invocation.environment,
      appVersion: invocation.appVersion,
      module: invocation.moduleKey,
    }),
  };
  if (!reason) logger.info(ACCEPTED[call.outcome ?? 'acknowledged'], line);
  else if (error) logger.error(REASONS[reason].log, { ...line, error });
  else if (REASONS[reason].status >= 500) logger.error(REASONS[reason].log, line);
  else logger.warn(REASONS[reason].log, line);
}

/** Outcomes that put a new token into a slot. */
const STORED: readonly Outcome[] = ['stored', 'reinstalled', 'rebound'];

function count(metrics: Metrics, { reason, outcome }: CallReport): void {
  const failed = reason !== undefined && isFailure(reason);
  // Both with every call, so that an alarm on the share of one never has to reckon without the other.
  metrics.addMetric(METRICS.accepted, MetricUnit.Count, reason ? 0 : 1);
  metrics.addMetric(METRICS.failed, MetricUnit.Count, failed ? 1 : 0);
  if (reason) metrics.addMetric(METRICS.refused, MetricUnit.Count, 1);
  if (outcome !== undefined && STORED.includes(outcome)) metrics.addMetric(METRICS.stored, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
  if (!reason) return;
  // Once more by reason. CloudWatch doesn't add up dimensions: the count of all calls stands for itself.
  metrics.addDimension(DIMENSIONS.reason, reason);
  metrics.addMetric(METRICS.refused, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
