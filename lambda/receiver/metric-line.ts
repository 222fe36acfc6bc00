import { METRIC_NAMESPACE } from '../contract/metrics';

/**
 * Counts as one line of the log, from which CloudWatch takes metrics (AWS's specification of the embedded metric format).
 *
 * @param dimensions name and value; the metrics are kept under all of them together
 * @param counts name and value of each metric
 */
export const metricLine = (
  dimensions: Readonly<Record<string, string>>,
  counts: Readonly<Record<string, number>>,
): string =>
  JSON.stringify({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [Object.keys(dimensions)],
          Metrics: Object.keys(counts).map((Name) => ({ Name, Unit: 'Count' })),
        },
      ],
    },
    ...dimensions,
    ...counts,
  });
