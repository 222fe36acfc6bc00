import { isRecord } from '../../../lambda/values';
import { PRICES } from '../../../lib/prices';
import { ASSUMED } from './scale/assumptions';

/** What a stage costs a month, by line, in dollars: us-east-1, without free tiers. */
export type StageCost = Readonly<Record<CostLine, number>>;
export type CostLine = 'secrets' | 'calls' | 'lambda' | 'sqs' | 'metrics' | 'alarms' | 'dashboard' | 'logs';

/** How a stage is used: one installation that Forge calls every hour. */
const DAYS_PER_MONTH = 30;
const CALLS = 24 * DAYS_PER_MONTH;
const MONITOR_RUNS = 288 * DAYS_PER_MONTH;

/**
 * Custom metrics of a stage that is in use. Of the receiver: Accepted, Failed, Unproven, TokenStored, Refused, and about
 * five reasons; of the worker and of the monitor: all of theirs.
 */
export const CUSTOM_METRICS = { receiver: 10, worker: 3, monitor: 9 } as const;

/** Calls of Secrets Manager: of the receiver, which finds a new token every third time, of the worker, and of the monitor. */
const CALLS_OF = { receiver: 2, worker: 1, monitor: 1 } as const;

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** @param template of a stage with one slot, as it was synthesized */
export function stageCost(template: unknown): StageCost {
  const resources = Object.values(
    (isRecord(template) && isRecord(template.Resources) ? template.Resources : {}) as Record<string, Resource>,
  );
  const count = (type: string) => resources.filter(({ Type }) => Type === type).length;
  const hasMonitor = count('AWS::SSM::Parameter') > 0;
  const hasWorker = count('AWS::SQS::Queue') > 0;
  const runs = CALLS + (hasWorker ? CALLS : 0) + (hasMonitor ? MONITOR_RUNS : 0);
  const gbSeconds =
    (CALLS * ASSUMED.receiver.coldMs * 512 +
      (hasWorker ? CALLS * ASSUMED.worker.coldMs * 512 : 0) +
      (hasMonitor ? MONITOR_RUNS * ASSUMED.monitorMs.secrets(1) * 256 : 0)) /
    1024 /
    1000;
  const calls =
    CALLS * CALLS_OF.receiver +
    (hasWorker ? CALLS * CALLS_OF.worker : 0) +
    (hasMonitor ? MONITOR_RUNS * CALLS_OF.monitor : 0);
  const metrics =
    CUSTOM_METRICS.receiver + (hasWorker ? CUSTOM_METRICS.worker : 0) + (hasMonitor ? CUSTOM_METRICS.monitor : 0);
  return {
    secrets: count('AWS::SecretsManager::Secret') * PRICES.secretMonth,
    calls: calls * PRICES.secretsManagerCall,
    lambda: gbSeconds * PRICES.lambdaGbSecond + runs * PRICES.lambdaRun,
    // Each job is a send, a receive and a delete.
    sqs: hasWorker ? (DAYS_PER_MONTH * ASSUMED.emptyReceivesPerDay + 3 * CALLS) * PRICES.sqsFifoRequest : 0,
    metrics: metrics * PRICES.metricMonth,
    alarms: alarmMetrics(resources) * PRICES.alarmMetricMonth,
    dashboard: count('AWS::CloudWatch::Dashboard') * PRICES.dashboardMonth,
    logs: ((runs * ASSUMED.logBytesPerRun) / 1e9) * PRICES.logGigabyte,
  };
}

/** Metrics in all alarms: each of them costs, and an expression over them doesn't. */
function alarmMetrics(resources: readonly Resource[]): number {
  return resources
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .reduce((sum, { Properties: { Metrics } }) => {
      return sum + (Array.isArray(Metrics) ? Metrics.filter((query) => isRecord(query) && query.MetricStat).length : 1);
    }, 0);
}

export const totalOf = (cost: StageCost): number => Object.values(cost).reduce((sum, line) => sum + line, 0);
