import { handle, type MonitorDependencies } from '../../../lambda/monitor/handler';
import type { SlotState } from '../../../lambda/monitor/slot-state';
import { NOW } from './slots';

const SLOT: SlotState = { id: 'slot', token: { installation: 'a', expiresAtSeconds: NOW + 3600 } };
const never = new AbortController().signal;

/** What happened in a run, in the order in which it did. */
async function run(changes: Partial<MonitorDependencies> = {}, signal = never): Promise<unknown[]> {
  const events: unknown[] = [];
  await handle(signal, {
    intervalMinutes: 60,
    sweep: async () => [SLOT],
    report: (census) => events.push(['report', census]),
    reportFailure: ({ message }) => events.push(['failure', message]),
    reap: async (slots) => {
      events.push(['reap', slots]);
    },
    now: () => NOW * 1000 + 999,
    ...changes,
  });
  return events;
}

test('a sweep is reported before anything is deleted', async () => {
  expect(await run()).toEqual([
    ['report', { total: 1, empty: 0, expired: [], late: [], reinstalled: [], minSecondsLeft: 3600 }],
    ['reap', [SLOT]],
  ]);
});

test('a sweep that fails reports no numbers and deletes nothing', async () => {
  const sweep = () => Promise.reject(new Error('denied'));
  expect(await run({ sweep })).toEqual([['failure', 'denied']]);
});

test('a sweep that is over its time is told as that, even if it hangs', async () => {
  const time = new AbortController();
  const sweep = () => {
    time.abort();
    return new Promise<never>(() => undefined);
  };
  const failure = ['failure', 'The time was up before all slots were seen.'];
  expect(await run({ sweep }, time.signal)).toEqual([failure]);
  expect(await run({ sweep }, AbortSignal.abort())).toEqual([failure]);
});

test('a sweep gets the signal that ends it', async () => {
  const signals: AbortSignal[] = [];
  await run({
    sweep: async (signal) => {
      signals.push(signal);
      return [];
    },
  });
  expect(signals).toEqual([never]);
});
