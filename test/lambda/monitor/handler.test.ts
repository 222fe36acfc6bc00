import { handle, type MonitorDependencies, type SlotState } from '../../../lambda/monitor/handler';
import { NOW } from './slots';

const SLOT: SlotState = { id: 'slot', token: { installation: 'a', expiresAtSeconds: NOW + 3600 } };
const never = new AbortController().signal;
type List = MonitorDependencies['slots']['list'];

/** What happened in a run, in the order in which it did. */
async function run(changes: Partial<MonitorDependencies> & { list?: List } = {}, signal = never): Promise<unknown[]> {
  const { list = async () => [SLOT], ...others } = changes;
  const events: unknown[] = [];
  await handle(signal, {
    slots: {
      list,
      deleteExpired: async (slots) => {
        events.push(['delete', slots]);
      },
    },
    delivery: { intervalMinutes: 60, licensedOnly: false },
    reports: {
      slots: (summary) => events.push(['slots', summary]),
      slotsNotListed: ({ message }) => events.push(['unseen', message]),
      keySet: (error) => events.push(['key set', error?.message]),
    },
    now: () => NOW * 1000 + 999,
    ...others,
  });
  return events;
}

test('the slots are reported before any of them is deleted', async () => {
  expect(await run()).toMatchObject([
    ['slots', { total: 1, minSecondsLeft: 3600 }],
    ['delete', [SLOT]],
  ]);
});

test('slots that cannot be seen are reported without numbers, and none is deleted', async () => {
  const list = () => Promise.reject(new Error('denied'));
  expect(await run({ list })).toEqual([['unseen', 'denied']]);
});

test('a run that is over its time is told as that, even if it hangs', async () => {
  const time = new AbortController();
  const list = () => {
    time.abort();
    return new Promise<never>(() => undefined);
  };
  const unseen = ['unseen', 'The time was up before all slots were seen.'];
  expect(await run({ list }, time.signal)).toEqual([unseen]);
  expect(await run({ list }, AbortSignal.abort())).toEqual([unseen]);
});

test('whoever lists the slots gets the signal that ends the run', async () => {
  const signals: AbortSignal[] = [];
  await run({
    list: async (signal) => {
      signals.push(signal);
      return [];
    },
  });
  expect(signals).toEqual([never]);
});

test('the key set is kept beside it, and neither waits for the other', async () => {
  expect(await run({ keepKeySet: async () => undefined })).toContainEqual(['key set', undefined]);
  const list = () => Promise.reject(new Error('denied'));
  expect(await run({ list, keepKeySet: async () => undefined })).toHaveLength(2);
  const failed = await run({ keepKeySet: () => Promise.reject(new Error('no answer')) });
  expect(failed).toContainEqual(['key set', 'no answer']);
  expect(failed).toContainEqual(['delete', [SLOT]]);
});
