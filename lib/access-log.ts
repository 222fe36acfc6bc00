import { Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric, type MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { DIMENSIONS, METRIC_NAMESPACE } from '../lambda/contract/outcomes';
import { addLogGroup, type LogSettings } from './log-group';

/** Calls on Forge's routes that the API turned away with 429. Count; no datapoint where there was none. */
const THROTTLED_METRIC = 'ApiThrottled';

/** Calls on Forge's routes that the API answered with 5xx by itself. Count; no datapoint where there was none. */
const FAILED_METRIC = 'ApiFailed';

/** Route key of calls that no route of manifest.yml matches (API Gateway's documentation of routes). */
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
    // The region's one policy for the delivery of logs lets API Gateway write. It is full in busy accounts: each
    // log group takes a statement in it, but for those with this prefix, which share one.
    this.logGroup = addLogGroup(this, log, `/aws/vendedlogs/apigateway/${Stack.of(this).stackName}`);
    this.settings = {
      destination: new LogGroupLogDestination(this.logGroup),
      format: AccessLogFormat.custom(JSON.stringify({ ...FIELDS, remote: remoteName })),
    };

    // The API's own metrics 4xx and 5xx count what the function answers, too: a stranger can cause
    // both. Calls beside Forge's routes are noise.
    this.#addMetric('Throttled', THROTTLED_METRIC, `$.status = "429" && $.route != "${DEFAULT_ROUTE}"`);
    this.#addMetric(
      'Failed',
      FAILED_METRIC,
      `$.status = "5*" && $.functionStatus != "5*" && $.route != "${DEFAULT_ROUTE}"`,
    );
  }

  #addMetric(id: string, metricName: string, condition: string): void {
    new MetricFilter(this, id, {
      logGroup: this.logGroup,
      filterPattern: FilterPattern.literal(`{ ${condition} }`),
      metricNamespace: METRIC_NAMESPACE,
      metricName,
      metricValue: '1',
      unit: Unit.COUNT,
      dimensions: { [DIMENSIONS.remote]: '$.remote' },
    });
  }

  /** Calls on Forge's routes that the API turned away. */
  readonly metricThrottled = (options: MetricOptions): Metric => this.#metric(THROTTLED_METRIC, options);

  /** Calls on Forge's routes that failed in front of the function, or that it didn't answer. */
  readonly metricFailed = (options: MetricOptions): Metric => this.#metric(FAILED_METRIC, options);

  #metric(metricName: string, options: MetricOptions): Metric {
    const dimensionsMap = { [DIMENSIONS.remote]: this.#remoteName };
    return new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap, ...options });
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
