import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric, type MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { DIMENSIONS, METRIC_NAMESPACE } from '../lambda/contract/metrics';
import { addLogGroup, type LogSettings } from './log-group';

/** Calls on Forge's routes that the API turned away with 429. Count; no datapoint where there was none. */
const THROTTLED_METRIC = 'ApiThrottled';

/** Route key of whatever no route of manifest.yml is for (API Gateway's documentation of routes). */
export const DEFAULT_ROUTE = '$default';

export interface AccessLogProps {
  /** Value of the dimension `Remote` of the metrics. */
  readonly remoteName: string;
  readonly log: LogSettings;
}

/**
 * One JSON line for each call that reached the API, also where the function never ran. No header, no query and no path is
 * in it: a header has the tokens, and a path is whatever a stranger writes.
 */
export class AccessLog extends Construct {
  readonly logGroup: LogGroup;
  readonly settings: IAccessLogSettings;
  readonly #remoteName: string;

  constructor(scope: Construct, id: string, { remoteName, log }: AccessLogProps) {
    super(scope, id);
    this.#remoteName = remoteName;
    this.logGroup = addLogGroup(this, log);
    this.settings = {
      destination: new LogGroupLogDestination(this.logGroup),
      format: AccessLogFormat.custom(JSON.stringify({ ...FIELDS, remote: remoteName })),
    };

    // The API's own metric 4xx counts what the function refuses, too. What is throttled, only this log says; and what is
    // throttled beside Forge's routes is noise.
    new MetricFilter(this, 'Throttled', {
      logGroup: this.logGroup,
      filterPattern: FilterPattern.literal(`{ $.status = "429" && $.route != "${DEFAULT_ROUTE}" }`),
      metricNamespace: METRIC_NAMESPACE,
      metricName: THROTTLED_METRIC,
      metricValue: '1',
      unit: Unit.COUNT,
      dimensions: { [DIMENSIONS.remote]: '$.remote' },
    });
  }

  /** Calls on Forge's routes that the API turned away. */
  metricThrottled(options: MetricOptions): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: THROTTLED_METRIC,
      dimensionsMap: { [DIMENSIONS.remote]: this.#remoteName },
      ...options,
    });
  }
}

/** Of API Gateway's variables for the access logs of HTTP APIs; one that has no value is `-`. */
const FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  /** Under which Lambda's log has the run. */
  functionRequestId: '$context.integration.requestId',
  functionStatus: '$context.integration.status',
  functionLatencyMs: '$context.integration.latency',
  /** Why the function could not be asked, or its answer not be used. */
  error: '$context.integrationErrorMessage',
};
