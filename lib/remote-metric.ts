import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { DIMENSIONS, METRIC_NAMESPACE, type METRICS, type Reason } from '../lambda/contract/outcomes';

export interface RemoteMetricOptions {
  /** Value of the dimension `Remote`. */
  readonly remoteName: string;
  readonly name: (typeof METRICS)[keyof typeof METRICS];
  readonly statistic: string;
  readonly period: Duration;
  /**
   * Only calls that were refused for this reason.
   *
   * @default - all
   */
  readonly reason?: Reason;
}

/** A metric that our own functions emit. */
export const remoteMetric = ({ remoteName, name, reason, ...rest }: RemoteMetricOptions): Metric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: name,
    dimensionsMap: {
      [DIMENSIONS.remote]: remoteName,
      ...(reason !== undefined && { [DIMENSIONS.reason]: reason }),
    },
    ...rest,
  });
