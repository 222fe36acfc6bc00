import type { Delivery } from '../../../lambda/slots/slot-writer';
import { deliveryOf, ELSEWHERE, HOME, lastingUntil, siteOf } from './deliveries';
import { createSlotInMemory } from './slot-in-memory';
import { NOW_SECONDS } from './tokens';

const HOUR = 3600;
let nowSeconds: number;
beforeEach(() => {
  nowSeconds = NOW_SECONDS;
});

const emptySlot = () => createSlotInMemory(() => nowSeconds * 1000);
const signal = new AbortController().signal;
const lasting = (hours: number, installation?: string) => lastingUntil(nowSeconds + hours * HOUR, installation);

describe('a slot is bound to its installation', () => {
  test('and refuses another one, whatever it brings, while its token is valid', async () => {
    const slot = emptySlot();
    const mine = await lasting(3);
    await slot.newWriter()(mine, signal);
    nowSeconds += 3 * HOUR - 1;
    await expect(slot.newWriter()(await lasting(4, ELSEWHERE), signal)).rejects.toMatchObject({
      reason: 'slot-bound-elsewhere',
      // Which of the two to uninstall, or how long to wait.
      detail: expect.stringMatching(new RegExp(`${HOME}.*${slot.read().expiresAt}.*${ELSEWHERE}`)),
    });
    expect(slot.read().token).toBe(mine.token);
  });

  test('and refuses even its own token to another one', async () => {
    const slot = emptySlot();
    const write = slot.newWriter();
    const mine = await lasting(3);
    await write(mine, signal);
    const theirs = deliveryOf(mine.token, ELSEWHERE);
    for (const writer of [write, slot.newWriter()]) {
      await expect(writer(theirs, signal)).rejects.toMatchObject({ reason: 'slot-bound-elsewhere' });
    }
  });

  test('and takes the other one once its token has expired', async () => {
    const slot = emptySlot();
    await slot.newWriter()(await lasting(3), signal);
    nowSeconds += 3 * HOUR;
    const theirs = await lasting(4, ELSEWHERE);
    await expect(slot.newWriter()(theirs, signal)).resolves.toBe('reinstalled');
    expect(slot.read().token).toBe(theirs.token);
  });

  test.each<[string, Delivery['contexts'], string]>([
    ['a reinstall, when one of its sites is the same', [siteOf('confluence'), siteOf('jira')], 'reinstalled'],
    ['another binding, when no site is the same', [siteOf('jira')], 'rebound'],
    ['another binding, when it has no site', [], 'rebound'],
  ])('and calls that %s', async (_what, contexts, outcome) => {
    const slot = emptySlot();
    await slot.newWriter()(await lasting(3), signal);
    nowSeconds += 3 * HOUR;
    const theirs = { ...(await lasting(4, ELSEWHERE)), contexts };
    await expect(slot.newWriter()(theirs, signal)).resolves.toBe(outcome);
  });

  test('and the first of two that arrive at an empty slot together gets it', async () => {
    const slot = emptySlot();
    const both = [await lasting(3), await lasting(4, ELSEWHERE)];
    const results = await Promise.allSettled(both.map((one) => slot.newWriter()(one, signal)));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const winner = both[results.findIndex(({ status }) => status === 'fulfilled')];
    expect(slot.read().token).toBe(winner?.token);
  });
});
