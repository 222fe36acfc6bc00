import { MONITOR_INTERVAL_MINUTES } from '../../../../../lambda/contract/freshness';
import type { Reason } from '../../../../../lambda/contract/outcomes';
import type { SlotState } from '../../../../../lambda/monitor/handler';
import type { Outcome } from '../../../../../lambda/receiver/handler';
import { MetricStore } from '../evaluator/metric-store';
import { Calls } from './calls';
import { type Clockwork, type History, type Installation, USUAL } from './history';
import { DeadLetters, Jobs } from './jobs';
import { MetricWriter } from './metric-writer';
import { quickSummary } from './quick-summary';
import { type Caller, isReason } from './reports';
import { createInstallationSlots, createSingleSlot, installationOf } from './slots';
import { LONGEST_LIFE_MINUTES, Tokens } from './tokens';

/** What is left of a history: the metrics that were written, and when the first token in a slot expired. */
export interface Lived {
  readonly store: MetricStore;
  /** When the first token in a slot expires, or would, in minutes. Absent when there never was one. */
  readonly firstExpiry: number | undefined;
  /** The same of some installations. */
  readonly firstExpiryOf: (isMeant: (installation: number) => boolean) => number | undefined;
}

/** What became of a call that reached the function. */
type Result = Outcome | Reason | 'crashed' | 'throttled';

/** How long calls take that aren't Forge's, runs of the job, and runs of the monitor, in milliseconds. */
const STRANGER_MS = 5;
const RUN_MS = 2_000;
const MONITOR_MS = 3_000;

/** Lives through a history, minute by minute, and writes the metrics that the code and AWS would write. */
export function live(history: History): Lived {
  const { deployment, minutes, installations } = history;
  const { intervalMinutes, singleSlot, reports } = deployment;
  const delivery = { intervalMinutes, licensedOnly: deployment.licensedSitesOnly };
  const clockwork: Clockwork = { ...USUAL, ...history.clockwork };
  const store = new MetricStore(minutes);
  const write = new MetricWriter(store, deployment);
  const calls = new Calls(installations, intervalMinutes, clockwork.jitter);
  const tokens = new Tokens(installations.map(({ tokenLife = LONGEST_LIFE_MINUTES }) => tokenLife));
  const slots = singleSlot
    ? createSingleSlot()
    : createInstallationSlots(clockwork.listBehind, (index) => installations[index]?.site);
  const jobs = new Jobs();
  const farewells = farewellsOf(installations);
  const deadLetters = new DeadLetters();

  /** What became of the calls of this minute, and how many they were. */
  let results = new Map<Result, number>();
  const count = (result: Result) => results.set(result, (results.get(result) ?? 0) + 1);

  function call(installation: number, attempt: number, minute: number): void {
    const { uninstalledAt = Number.POSITIVE_INFINITY } = installations[installation] ?? {};
    if (minute >= uninstalledAt || history.forgeCalls?.(minute, installation) === false) return;
    const result = answer(installation, minute);
    if (result !== 'unreachable') count(result);
    if (isTaken(result)) jobs.send(installation, minute);
    else if (attempt < clockwork.retries) calls.retry(installation, attempt, minute);
  }

  function answer(installation: number, minute: number): Result | 'unreachable' {
    const result = history.answer?.(minute, installation) ?? 'taken';
    const expiry = tokens.deliver(installation, minute);
    // The receiver stores the token before it queues the job.
    const outcome =
      result === 'taken' || result === 'queue-unavailable' ? slots.write(installation, expiry, minute) : result;
    return result === 'queue-unavailable' && !isReason(outcome) ? result : outcome;
  }

  function writeCalls(minute: number): void {
    const callMs = history.callMs?.(minute) ?? 900;
    for (const [result, times] of results) {
      if (result === 'throttled') write.throttles('receiver', minute, times);
      else write.invocations('receiver', minute, times, callMs, result === 'crashed');
      if (result !== 'throttled' && result !== 'crashed') write.samples(reports.call(result), minute, times);
    }
    results = new Map();
    for (const [reason, times] of Object.entries(history.strangers?.(minute) ?? {})) {
      write.invocations('receiver', minute, times, STRANGER_MS);
      if (isReason(reason)) write.samples(reports.call(reason, strangerOf(reason)), minute, times);
    }
  }

  function runJobs(minute: number): void {
    const runs = jobs.run(minute, (installation) => history.worker?.(minute, installation) ?? 'succeeds');
    write.samples(reports.run(true), minute, runs.succeeded);
    write.samples(reports.run(false), minute, runs.failed);
    write.invocations('worker', minute, runs.succeeded + runs.failed, RUN_MS);
    write.invocations('worker', minute, runs.crashed, RUN_MS, true);
    deadLetters.add(runs.givenUp, minute);
    // Lambda's poller asks all the time.
    write.queue('jobs', minute, { visible: jobs.visible(minute), oldestSentAt: jobs.oldest(), usedAt: minute });
    write.queue('deadLetters', minute, {
      visible: deadLetters.visible,
      sent: runs.givenUp,
      oldestSentAt: deadLetters.oldestSentAt,
      usedAt: deadLetters.usedAt,
    });
  }

  function runMonitor(minute: number): void {
    const elapsed = minute - clockwork.monitorPhase;
    const late = Math.floor(elapsed / MONITOR_INTERVAL_MINUTES) % 2 === 0 ? 0 : clockwork.monitorLate;
    if (elapsed < 0 || elapsed % MONITOR_INTERVAL_MINUTES !== late) return;
    const monitor = history.monitor?.(minute) ?? 'runs';
    if (monitor === 'stopped') return;
    write.invocations('monitor', minute, 1, MONITOR_MS);
    write.samples(reports.keySet(history.keyServer?.(minute) ?? true), minute);
    if (monitor === 'runs') {
      write.samples(reports.slots(quickSummary(slots.list(minute), minute * 60, delivery)), minute);
    }
  }

  for (let minute = 0; minute < minutes; minute++) {
    calls.make(minute, (installation, attempt) => call(installation, attempt, minute));
    for (const installation of farewells.get(minute) ?? []) count(slots.remove(installation));
    writeCalls(minute);
    runJobs(minute);
    runMonitor(minute);
  }
  const atTheEnd = slots.list(minutes + clockwork.listBehind);
  return {
    store,
    firstExpiry: firstExpiryOf(atTheEnd),
    firstExpiryOf: (isMeant) => firstExpiryOf(atTheEnd.filter((slot) => isMeant(installationOf(slot)))),
  };
}

/** A token of another app, or of a user of this app's UI, is signed by Forge. Everything else strangers make up. */
const strangerOf = (reason: Reason): Caller =>
  ['audience-wrong', 'principal-not-allowed', 'module-not-allowed'].includes(reason) ? 'forge' : 'stranger';

const isTaken = (result: Result | 'unreachable'): result is Outcome =>
  result !== 'unreachable' && result !== 'crashed' && result !== 'throttled' && !isReason(result);

/** Who is uninstalled when, of those of whom Forge says so. */
function farewellsOf(installations: readonly Installation[]): ReadonlyMap<number, readonly number[]> {
  const farewells = new Map<number, number[]>();
  installations.forEach(({ uninstalledAt, uninstallTold }, installation) => {
    if (uninstalledAt === undefined || !uninstallTold) return;
    farewells.set(uninstalledAt, [...(farewells.get(uninstalledAt) ?? []), installation]);
  });
  return farewells;
}

function firstExpiryOf(slots: readonly SlotState[]): number | undefined {
  const expiries = slots.flatMap(({ token }) => (token ? [token.expiresAtSeconds / 60] : []));
  return expiries.length > 0 ? Math.min(...expiries) : undefined;
}
