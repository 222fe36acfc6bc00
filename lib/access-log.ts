import { Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric, type MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { DIMENSIONS, METRIC_NAMESPACE } from '../lambda/contract/outcomes';
import { addLogGroup, type LogSettings } from './log-group';

/** Calls to Forge's routes that the API throttled with 429. A count, without a datapoint for zero. */
const THROTTLED_METRIC = 'ApiThrottled';

/** Calls to Forge's routes that the API itself answered with 5xx. A count, without a datapoint for zero. */
const FAILED_METRIC = 'ApiFailed';

/** Route key of calls that match no route of manifest.yml (API Gateway's documentation of routes). */
export const DEFAULT_ROUTE = '$default';

export interface AccessLogProps {
  /** Value of the dimension `Remote` of the metrics. */
  readonly remoteName: string;
  readonly log: LogSettings;
}

/**
 * One JSON line per call that reaches the API, even if the function never runs. It holds no header, query or path:
 * headers carry tokens, and a stranger can write anything into a path.
 */
export class AccessLog extends Construct {
  readonly logGroup: LogGroup;
  readonly settings: IAccessLogSettings;
  readonly #remoteName: string;

  constructor(scope: Construct, id: string, { remoteName, log }: AccessLogProps) {
    super(scope, id);
    this.#remoteName = remoteName;
    // API Gateway writes its logs through one policy per region. Each log group adds a statement to that policy, so it
    // is full in busy accounts. All log groups with this prefix share one statement.
    this.logGroup = addLogGroup(this, log, `/aws/vendedlogs/apigateway/${Stack.of(this).stackName}`);
    this.settings = {
      destination: new LogGroupLogDestination(this.logGroup),
      format: AccessLogFormat.custom(JSON.stringify({ ...FIELDS, remote: remoteName })),
    };

    // The API's own metrics 4xx and 5xx also count the function's answers, and a stranger can cause both. Calls to any
    // other route are noise.
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

  readonly metricThrottled = (options: MetricOptions): Metric => this.#metric(THROTTLED_METRIC, options);

  /** Failures in front of the function, and calls that the function didn't answer. */
  readonly metricFailed = (options: MetricOptions): Metric => this.#metric(FAILED_METRIC, options);

  #metric(metricName: string, options: MetricOptions): Metric {
    const dimensionsMap = { [DIMENSIONS.remote]: this.#remoteName };
    return new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap, ...options });
  }
}

/** API Gateway's access log variables for HTTP APIs. A variable without a value is written as `-`. */
const FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  /** The request id of the run in Lambda's log. */
  functionRequestId: '$context.integration.requestId',
  functionStatus: '$context.integration.status',
  functionLatencyMs: '$context.integration.latency',
  /** Why the function could not be called, or why its answer could not be used. */
  error: '$context.integrationErrorMessage',
};
