import { MONITOR_INTERVAL_MINUTES } from '../../../../lambda/contract/freshness';
import { ASSUMED } from './assumptions';
import type { Day } from './live-one-day';
import { QUOTAS } from './quotas';
import { unitsOf } from './table-cost';

/** The monitor's timeout, in seconds (lib/monitor.ts). */
const MONITOR_TIMEOUT_SECONDS = (MONITOR_INTERVAL_MINUTES - 1) * 60;

/** Something of which AWS, or a function, takes no more than so much. */
export interface Limit {
  readonly what: string;
  /** At the size of this day. */
  readonly value: number;
  readonly most: number;
  /** Whether it grows with the fleet. */
  readonly grows: boolean;
}

/** What a day comes to, beside what it may. */
export function limitsOfDay(day: Day): Limit[] {
  const { installations, store, tally, receiver, worker } = day;
  const limit = (what: string, value: number, most: number, grows = true): Limit => ({ what, value, most, grows });
  return [
    ...(store === 'table' ? limitsOfTable(day) : limitsOfSecrets(day)).map(([what, value, most, grows]) =>
      limit(what, value, most, grows),
    ),
    limit('seconds of a run of the monitor', ASSUMED.monitorMs[store](installations) / 1_000, MONITOR_TIMEOUT_SECONDS),
    limit('concurrency of Lambda, most at once', receiver.mostAtOnce + worker.mostAtOnce + 1, QUOTAS.lambdaConcurrency),
    limit('SendMessage in the busiest second', tally.mostPerSecond('call'), QUOTAS.sqsFifoPerSecond),
  ];
}

type LimitParts = [what: string, value: number, most: number, grows?: boolean];

function limitsOfSecrets({ installations, tally, versions }: Day): LimitParts[] {
  const { writesPerSecond, createsPerSecond, readsPerSecond, secrets, versionsOfSecret } = QUOTAS;
  return [
    ['writes of secrets in a mean second', tally.perHour('put', 'swapCurrent') / 3_600, writesPerSecond],
    ['writes of secrets in the busiest second', tally.mostPerSecond('put', 'swapCurrent'), writesPerSecond],
    ['new secrets in the busiest second, if all come on one day', tally.mostPerSecond('create'), createsPerSecond],
    ['reads of secrets in the busiest second', tally.mostPerSecond('look', 'get'), readsPerSecond],
    ['secrets', installations, secrets],
    ['versions of a secret in a day', versions, versionsOfSecret, false],
  ];
}

function limitsOfTable({ tally }: Day): LimitParts[] {
  const units = unitsOf(ASSUMED.tokenBytes);
  const { writeUnitsOfNewTable, readUnitsOfNewTable } = QUOTAS;
  return [
    ['write units of the table in the busiest second', tally.mostPerSecond('put') * units.put, writeUnitsOfNewTable],
    [
      'read units of the table in the busiest second',
      tally.mostPerSecond('look', 'get') * units.get,
      readUnitsOfNewTable,
    ],
  ];
}

/** What is beyond its limit. */
export const broken = (limits: readonly Limit[]): Limit[] => limits.filter(({ value, most }) => value > most);

/** The size, to two digits, at which a limit that grows with the fleet is reached. */
export const reachedAt = (installations: number, { value, most }: Limit): number =>
  Number(((installations * most) / value).toPrecision(2));
