import { PRICES } from '../../../../lib/prices';
import { ASSUMED } from './assumptions';
import type { Day } from './live-one-day';
import { tableCost } from './table-cost';

const DAYS_PER_MONTH = 30;
const MONITOR_RUNS_PER_DAY = 288;

/** Slots that ListSecrets tells at once (lambda/monitor/secrets.ts). */
const SLOTS_PER_LIST = 100;

/** Megabytes of the functions (lib/backend-function.ts, lib/monitor.ts). */
const MEMORY_MB = { receiver: 512, worker: 512, monitor: { secrets: 256, table: 512 } } as const;

/** What a stage has of CloudWatch, however large it is: as lib/dashboard reckons it, with all that is on by default. */
export const CLOUDWATCH = { metrics: 22, alarmMetrics: 34, dashboards: 1 } as const;

/** Dollars a month of 30 days, in us-east-1, without free tiers. */
export interface MonthlyCost {
  /** What keeping the slots costs, whatever happens. */
  readonly slots: number;
  /** Calls of Secrets Manager, or what is read and written in DynamoDB. */
  readonly slotCalls: number;
  readonly lambda: number;
  readonly sqs: number;
  readonly logs: number;
  /** Metrics, alarms and the dashboard: the same for every size. */
  readonly fixed: number;
  readonly total: number;
}

/** Calls of ListSecrets in one run of the monitor. */
export const listsPerRun = (slots: number): number => Math.ceil(slots / SLOTS_PER_LIST);

/** What a month of days like this one costs. */
export function monthlyCost(day: Day): MonthlyCost {
  const { installations, store, receiver, worker } = day;
  const monitorBusyMs = MONITOR_RUNS_PER_DAY * ASSUMED.monitorMs[store](installations);
  const gbSeconds =
    (MEMORY_MB.receiver * receiver.busyMs +
      MEMORY_MB.worker * worker.busyMs +
      MEMORY_MB.monitor[store] * monitorBusyMs) /
    1024 /
    1000;
  const runs = receiver.runs + worker.runs + MONITOR_RUNS_PER_DAY;
  // Each call sends a message, whether or not SQS drops it; each run takes a receive and a delete.
  const sqsRequests = receiver.runs + 2 * worker.runs + ASSUMED.emptyReceivesPerDay;

  const parts = {
    ...(store === 'table' ? itemsCost(day) : secretsCost(day)),
    lambda: DAYS_PER_MONTH * (gbSeconds * PRICES.lambdaGbSecond + runs * PRICES.lambdaRun),
    sqs: DAYS_PER_MONTH * sqsRequests * PRICES.sqsFifoRequest,
    logs: ((DAYS_PER_MONTH * runs * ASSUMED.logBytesPerRun) / 1e9) * PRICES.logGigabyte,
    fixed:
      CLOUDWATCH.metrics * PRICES.metricMonth +
      CLOUDWATCH.alarmMetrics * PRICES.alarmMetricMonth +
      CLOUDWATCH.dashboards * PRICES.dashboardMonth,
  };
  return { ...parts, total: Object.values(parts).reduce((together, part) => together + part, 0) };
}

type SlotCost = Pick<MonthlyCost, 'slots' | 'slotCalls'>;

function secretsCost({ installations, tally }: Day): SlotCost {
  const daily =
    24 * tally.perHour('look', 'put', 'swapCurrent', 'get') + MONITOR_RUNS_PER_DAY * listsPerRun(installations);
  return {
    slots: installations * PRICES.secretMonth,
    slotCalls: DAYS_PER_MONTH * daily * PRICES.secretsManagerCall,
  };
}

function itemsCost({ installations, tally }: Day): SlotCost {
  const { writes, reads, scans, storage } = tableCost({
    installations,
    puts: 24 * tally.perHour('put'),
    gets: 24 * tally.perHour('look', 'get'),
    tokenBytes: ASSUMED.tokenBytes,
  });
  return { slots: storage, slotCalls: writes + reads + scans };
}
