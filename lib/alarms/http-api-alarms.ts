import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { ReceiverApi } from '../receiver-api';
import { type AlarmOptions, type AlarmSpec, type AlarmsBySeverity, addAlarms } from './add-alarms';

/** As for the receiver: Forge may call only once an hour. */
const PERIOD = Duration.hours(1);

/** As for the receiver: Forge retries failed calls, so one or two failures are not a lasting problem. */
const LASTING_FAILURES = 3;

export interface HttpApiAlarmsProps extends AlarmOptions {
  readonly api: ReceiverApi;
}

/** Alarms for failures of the HTTP API, which the receiver's own metrics and log don't show. */
export class HttpApiAlarms extends Construct {
  readonly alarms: AlarmsBySeverity;

  constructor(scope: Construct, id: string, { api, ...options }: HttpApiAlarmsProps) {
    super(scope, id);
    this.alarms = addAlarms(this, [apiErrors(api), apiThrottles(api)], options);
  }
}

const apiErrors = (api: ReceiverApi): AlarmSpec => ({
  id: 'ApiErrors',
  severity: 'ticket',
  metric: api.accessLog.metricFailed({ period: PERIOD, statistic: Stats.SUM }),
  threshold: LASTING_FAILURES,
  description:
    `The API itself answered at least ${LASTING_FAILURES} calls of Forge with 5xx within an hour, so these calls failed. If ` +
    "the receiver didn't run, its own alarms don't show this; its own 5xx answers are not counted here. " +
    'Likely: it crashed or timed out (ReceiverErrors), Lambda throttled it (Throttles), or its policy or the integration of ' +
    "the API was changed by hand. First: read the lines with status 5xx in the API's access log; error says why the " +
    'function could not be called.',
});

const apiThrottles = (api: ReceiverApi): AlarmSpec => ({
  id: 'ApiThrottles',
  severity: 'ticket',
  metric: api.accessLog.metricThrottled({ period: PERIOD, statistic: Stats.SUM }),
  threshold: 1,
  description:
    "The API throttled calls to Forge's routes with 429, and their tokens were not stored; Forge delivers again. Likely: " +
    'somebody floods a route of manifest.yml; the throttle in config.ts is too low for the number of installations; other ' +
    "APIs have used up the account's limit in this region. First: read sourceIp in the lines with status 429 in the API's " +
    'access log. Few addresses: it is a flood, and the throttle works. Many: raise exposure.httpApi.throttle.',
});
