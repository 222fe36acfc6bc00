import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { ReceiverApi } from '../receiver-api';
import { type AlarmOptions, type AlarmSpec, type AlarmsBySeverity, addAlarms } from './add-alarms';

/** As for the receiver: Forge calls as seldom as once an hour. */
const PERIOD = Duration.hours(1);

/** As for the receiver: Forge tries a failed call again, so one or two failures pass by themselves. */
const LASTING_FAILURES = 3;

export interface HttpApiAlarmsProps extends AlarmOptions {
  readonly api: ReceiverApi;
}

/** Alarms for failures of the HTTP API in front of the receiver, which the receiver's own metrics and log don't show. */
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
    `The API itself answered with 5xx at least ${LASTING_FAILURES} times within the hour, so Forge's calls failed. Where ` +
    'the receiver was never run, none of its own alarms says so; what the receiver itself answers with 5xx is not counted ' +
    "here. Likely: it crashed or ran into its timeout (ReceiverErrors), Lambda turned calls away (Throttles), the function's " +
    "policy or the API's integration was changed by hand. First: the lines with status 5xx in the API's access log; error " +
    'says why the function could not be asked.',
});

const apiThrottles = (api: ReceiverApi): AlarmSpec => ({
  id: 'ApiThrottles',
  severity: 'ticket',
  metric: api.accessLog.metricThrottled({ period: PERIOD, statistic: Stats.SUM }),
  threshold: 1,
  description:
    "The API turned calls on Forge's routes away with 429, and their tokens were not stored; Forge delivers again. Likely: " +
    'somebody floods a route of manifest.yml; the throttle in config.ts is below what the installations need; other APIs ' +
    "have used up the account's own limit in this region. First: sourceIp of the lines with status 429 in the API's access " +
    'log. Few addresses: a flood, and the limit is doing its work. Many: raise exposure.httpApi.throttle.',
});
