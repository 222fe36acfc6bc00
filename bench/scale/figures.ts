import { SWEEP_INTERVAL_MINUTES } from '../../lambda/contract/freshness';
import { round } from '../statistics';
import { ASSUMED } from './assumptions';
import { listsPerSweep, type MonthlyCost, monthlyCost } from './cost';
import type { Day } from './live-one-day';
import { QUOTAS } from './quotas';

/** The monitor's timeout, in milliseconds (lib/monitor.ts). */
const SWEEP_TIMEOUT_MS = (SWEEP_INTERVAL_MINUTES - 1) * 60_000;

/** What a size comes to, beside AWS's quotas. */
export interface Figures {
  readonly installations: number;
  readonly intervalMinutes: number;
  /** Secrets Manager's calls by kind in an hour: once the slots are there, but for `create`, which is the day's. */
  readonly callsPerHour: Readonly<Record<'describe' | 'put' | 'swapCurrent' | 'get' | 'list', number>>;
  readonly creates: number;
  readonly versionsPerDay: number;
  /** Cold starts per 100 runs of the receiver. */
  readonly coldPercent: number;
  /** What there is most of at once or in one second; `writesMean` is in a mean second. */
  readonly most: Readonly<Record<'writes' | 'creates' | 'reads' | 'sends' | 'concurrency', number>>;
  readonly writesMean: number;
  /** Seconds of the day with more writes than the quota. */
  readonly secondsOverWrites: number;
  /** One sweep of the monitor, in seconds. */
  readonly sweepSeconds: number;
  readonly sqsRequestsPerHour: number;
  readonly cost: MonthlyCost;
  /** What breaks, by the quotas. */
  readonly breaks: readonly string[];
}

/** Figures of a simulated day. */
export function figuresOf(day: Day): Figures {
  const { installations, intervalMinutes, tally, versions, receiver, worker } = day;
  const perHour = (kind: Parameters<typeof tally.perHour>[0]) => Math.round(tally.perHour(kind));
  const writesMean = (tally.perHour('put') + tally.perHour('swapCurrent')) / 3_600;
  const sweepMs = ASSUMED.sweepMs(installations);
  const most = {
    writes: tally.mostPerSecond('put', 'swapCurrent'),
    creates: tally.mostPerSecond('create'),
    reads: tally.mostPerSecond('describe', 'get'),
    sends: tally.mostPerSecond('call'),
    concurrency: receiver.mostAtOnce + worker.mostAtOnce + 1,
  };
  const cost = monthlyCost(day);
  return {
    installations,
    intervalMinutes,
    callsPerHour: {
      describe: perHour('describe'),
      put: perHour('put'),
      swapCurrent: perHour('swapCurrent'),
      get: perHour('get'),
      list: (listsPerSweep(installations) * 60) / SWEEP_INTERVAL_MINUTES,
    },
    creates: tally.total('create'),
    versionsPerDay: versions,
    coldPercent: round((100 * receiver.coldStarts) / receiver.runs),
    most,
    writesMean: round(writesMean),
    secondsOverWrites: tally.secondsAbove(QUOTAS.writesPerSecond, 'put', 'swapCurrent'),
    sweepSeconds: round(sweepMs / 1_000),
    sqsRequestsPerHour: Math.round((receiver.runs + 2 * worker.runs + ASSUMED.emptyReceivesPerDay) / 24),
    cost: roundAll(cost),
    breaks: [
      ...(sweepMs > SWEEP_TIMEOUT_MS ? ['the sweep of the monitor'] : []),
      ...(writesMean > QUOTAS.writesPerSecond
        ? ['writes of Secrets Manager']
        : most.writes > QUOTAS.writesPerSecond
          ? ['writes of Secrets Manager, in some seconds']
          : []),
      ...(most.creates > QUOTAS.createsPerSecond ? ['making the secrets, when all installations come at once'] : []),
      ...(most.reads > QUOTAS.readsPerSecond ? ['reads of Secrets Manager'] : []),
      ...(most.concurrency > QUOTAS.lambdaConcurrency ? ['concurrency of Lambda'] : []),
      ...(most.sends > QUOTAS.sqsFifoPerSecond ? ['requests of SQS'] : []),
      ...(versions > QUOTAS.versionsOfSecret ? ['versions of a secret'] : []),
      ...(installations > QUOTAS.secrets ? ['number of secrets'] : []),
    ],
  };
}

/** Sizes at which a limit is reached, each by its own: what grows with the fleet, from the figures of one size. */
export function limitsOf({ installations, writesMean, most }: Figures): Readonly<Record<string, number>> {
  const sizeAt = (limit: number, value: number) => Math.floor((installations * limit) / value / 1_000) * 1_000;
  return {
    'the sweep of the monitor takes its 4 minutes': Math.floor(
      (SWEEP_TIMEOUT_MS - ASSUMED.sweepMs(0)) / (ASSUMED.sweepMs(1) - ASSUMED.sweepMs(0)),
    ),
    'writes of Secrets Manager, in a mean second': sizeAt(QUOTAS.writesPerSecond, writesMean),
    'requests of SQS, in the busiest second': sizeAt(QUOTAS.sqsFifoPerSecond, most.sends),
    'concurrency of Lambda, at the busiest moment': sizeAt(QUOTAS.lambdaConcurrency, most.concurrency),
    'reads of Secrets Manager, in the busiest second': sizeAt(QUOTAS.readsPerSecond, most.reads),
    'number of secrets': QUOTAS.secrets,
  };
}

const roundAll = (cost: MonthlyCost): MonthlyCost => ({
  secrets: round(cost.secrets),
  secretsManagerCalls: round(cost.secretsManagerCalls),
  lambda: round(cost.lambda),
  sqs: round(cost.sqs),
  logs: round(cost.logs),
  fixed: round(cost.fixed),
  total: round(cost.total),
});
