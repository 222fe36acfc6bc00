import { PRICES } from '../../lib/prices';
import { ASSUMED } from './assumptions';
import type { Day } from './live-one-day';

const DAYS_PER_MONTH = 30;
const SWEEPS_PER_DAY = 288;

/** Slots that ListSecrets tells at once (lambda/monitor/sweep.ts). */
const SLOTS_PER_LIST = 100;

/** Megabytes of the functions (lib/backend-function.ts, lib/monitor.ts). */
const MEMORY_MB = { receiver: 512, worker: 512, monitor: 256 } as const;

/** What a stage has of CloudWatch, however large it is: as lib/dashboard reckons it, with all that is on by default. */
const CLOUDWATCH = { metrics: 17, alarms: 19, compositeAlarms: 2, dashboards: 1 } as const;

/** Dollars a month of 30 days, in us-east-1, without free tiers. */
export interface MonthlyCost {
  readonly secrets: number;
  readonly secretsManagerCalls: number;
  readonly lambda: number;
  readonly sqs: number;
  readonly logs: number;
  /** Metrics, alarms and the dashboard: the same for every size. */
  readonly fixed: number;
  readonly total: number;
}

/** Calls of ListSecrets in one sweep of the monitor. */
export const listsPerSweep = (slots: number): number => Math.ceil(slots / SLOTS_PER_LIST);

/** What a month of days like this one costs. */
export function monthlyCost({ installations, tally, receiver, worker }: Day): MonthlyCost {
  const daily = (kind: Parameters<typeof tally.perHour>[0]) => tally.perHour(kind) * 24;
  const calls =
    DAYS_PER_MONTH *
    (daily('describe') +
      daily('put') +
      daily('swapCurrent') +
      daily('get') +
      SWEEPS_PER_DAY * listsPerSweep(installations));
  const sweepsMs = SWEEPS_PER_DAY * ASSUMED.sweepMs(installations);
  const gbSeconds =
    (MEMORY_MB.receiver * receiver.busyMs + MEMORY_MB.worker * worker.busyMs + MEMORY_MB.monitor * sweepsMs) /
    1024 /
    1000;
  const runs = receiver.runs + worker.runs + SWEEPS_PER_DAY;
  // Each call sends a message, whether or not SQS drops it; each run takes a receive and a delete.
  const sqsRequests = receiver.runs + 2 * worker.runs + ASSUMED.emptyReceivesPerDay;

  const parts = {
    secrets: installations * PRICES.secretMonth,
    secretsManagerCalls: calls * PRICES.secretsManagerCall,
    lambda: DAYS_PER_MONTH * (gbSeconds * PRICES.lambdaGbSecond + runs * PRICES.lambdaRun),
    sqs: DAYS_PER_MONTH * sqsRequests * PRICES.sqsFifoRequest,
    logs: ((DAYS_PER_MONTH * runs * ASSUMED.logBytesPerRun) / 1e9) * PRICES.logGigabyte,
    fixed:
      CLOUDWATCH.metrics * PRICES.metricMonth +
      CLOUDWATCH.alarms * PRICES.alarmMetricMonth +
      CLOUDWATCH.compositeAlarms * PRICES.compositeAlarmMonth +
      CLOUDWATCH.dashboards * PRICES.dashboardMonth,
  };
  return { ...parts, total: Object.values(parts).reduce((together, part) => together + part, 0) };
}
