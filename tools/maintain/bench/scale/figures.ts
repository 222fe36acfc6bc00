import { MONITOR_INTERVAL_MINUTES } from '../../../../lambda/contract/freshness';
import { round } from '../statistics';
import { ASSUMED } from './assumptions';
import { listsPerRun, type MonthlyCost, monthlyCost } from './cost';
import { type Limit, limitsOfDay } from './limits';
import type { Day } from './live-one-day';
import type { Store } from './lived-installation';
import { QUOTAS } from './quotas';
import type { Kind } from './tally';

/** What a size comes to, beside AWS's quotas. */
export interface Figures {
  readonly installations: number;
  readonly intervalMinutes: number;
  readonly store: Store;
  /** Calls by kind in an hour, once the slots are there. A table has no `swapCurrent` and no `list`. */
  readonly callsPerHour: Readonly<Record<'look' | 'put' | 'swapCurrent' | 'get' | 'list', number>>;
  /** On the first day. A table has none: there, the first token is put like any other. */
  readonly creates: number;
  /** The most tokens that were written to one slot on the first day: the versions of a secret. */
  readonly versionsPerDay: number;
  /** Cold starts per 100 runs of the receiver. */
  readonly coldPercent: number;
  /** Seconds of the day with more writes than Secrets Manager takes. */
  readonly secondsOverWrites: number;
  /** one run of the monitor, in seconds. */
  readonly monitorSeconds: number;
  readonly sqsRequestsPerHour: number;
  readonly cost: MonthlyCost;
  readonly limits: readonly Limit[];
}

/** Figures of a simulated day. */
export function figuresOf(day: Day): Figures {
  const { installations, intervalMinutes, store, tally, versions, receiver, worker } = day;
  const perHour = (kind: Kind) => Math.round(tally.perHour(kind));
  const limits = limitsOfDay(day);
  return {
    installations,
    intervalMinutes,
    store,
    callsPerHour: {
      look: perHour('look'),
      put: perHour('put'),
      swapCurrent: perHour('swapCurrent'),
      get: perHour('get'),
      list: store === 'table' ? 0 : (listsPerRun(installations) * 60) / MONITOR_INTERVAL_MINUTES,
    },
    creates: tally.total('create'),
    versionsPerDay: versions,
    coldPercent: round((100 * receiver.coldStarts) / receiver.runs),
    secondsOverWrites: store === 'table' ? 0 : tally.secondsAbove(QUOTAS.writesPerSecond, 'put', 'swapCurrent'),
    monitorSeconds: round(ASSUMED.monitorMs[store](installations) / 1_000),
    sqsRequestsPerHour: Math.round((receiver.runs + 2 * worker.runs + ASSUMED.emptyReceivesPerDay) / 24),
    cost: roundAll(monthlyCost(day)),
    limits: limits.map((limit) => ({ ...limit, value: round(limit.value) })),
  };
}

const roundAll = (cost: MonthlyCost): MonthlyCost => ({
  slots: round(cost.slots),
  slotCalls: round(cost.slotCalls),
  lambda: round(cost.lambda),
  sqs: round(cost.sqs),
  logs: round(cost.logs),
  fixed: round(cost.fixed),
  total: round(cost.total),
});
