import fc from 'fast-check';
import type { Delivery } from '../../../lambda/slots/slot-writer';
import { lastingUntil } from './deliveries';
import { IN_MEMORY, type SlotInMemory } from './slot-in-memory';
import { NOW_SECONDS } from './tokens';

const signal = new AbortController().signal;
/** In thirds of an hour: no token lives longer than 4 hours. */
const lasting = (thirds: number) => lastingUntil(NOW_SECONDS + thirds * 1200);

describe.each(IN_MEMORY)('many deliveries at once, of a slot that is %s', (_kind, createSlot) => {
  const emptySlot = () => createSlot(() => NOW_SECONDS * 1000);

  /** Lets `others` get in, one each time, just before a writer's token becomes the current one. */
  function overtake(slot: SlotInMemory, others: readonly Delivery[]) {
    const waiting = [...others];
    slot.before = async (call) => {
      const other = call === slot.replace.at(-1) ? waiting.shift() : undefined;
      if (!other) return;
      const resume = slot.before;
      slot.before = async () => undefined;
      await slot.newWriter()(other, signal);
      slot.before = resume;
    };
  }

  test('overtaken by an older token, a writer tries again', async () => {
    const slot = emptySlot();
    await slot.newWriter()(await lasting(1), signal);
    const [older, newest] = [await lasting(2), await lasting(3)];
    overtake(slot, [older]);
    slot.calls.length = 0;
    await expect(slot.newWriter()(newest, signal)).resolves.toBe('stored');
    expect(slot.read().token).toBe(newest.token);
    const { look, replace } = slot;
    expect(slot.calls).toEqual([...look, ...replace, ...look, ...replace, ...look, ...replace]);
  });

  test('overtaken by a newer token, a writer gives way', async () => {
    const slot = emptySlot();
    await slot.newWriter()(await lasting(1), signal);
    const [late, newest] = [await lasting(2), await lasting(3)];
    overtake(slot, [newest]);
    await expect(slot.newWriter()(late, signal)).resolves.toBe('older');
    expect(slot.read().token).toBe(newest.token);
  });

  test('overtaken 24 times, a writer gives up, and says that Forge may try again', async () => {
    const slot = emptySlot();
    await slot.newWriter()(await lasting(1), signal);
    const newest = await lasting(3);
    const tokens = Array.from({ length: 24 }, (_, n) => lasting(1.1 + n / 20));
    overtake(slot, await Promise.all(tokens));
    await expect(slot.newWriter()(newest, signal)).rejects.toMatchObject({
      reason: 'slot-unavailable',
      detail: expect.stringContaining('24 attempts'),
    });
    expect(slot.read().token).not.toBe(newest.token);
  });

  test('overtaken 23 times, it still gets in', async () => {
    const slot = emptySlot();
    await slot.newWriter()(await lasting(1), signal);
    const newest = await lasting(3);
    const tokens = Array.from({ length: 23 }, (_, n) => lasting(1.1 + n / 20));
    overtake(slot, await Promise.all(tokens));
    await expect(slot.newWriter()(newest, signal)).resolves.toBe('stored');
    expect(slot.read().token).toBe(newest.token);
  });

  test('5 tokens, each delivered 4 times, in any order and any interleaving: the one that expires last stays', async () => {
    const tokens = await Promise.all([1, 2, 3, 4, 5].map((thirds) => lasting(thirds)));
    const deliveries = tokens.flatMap((one) => [one, one, one, one]);
    const inAnyOrder = fc.shuffledSubarray(deliveries, { minLength: deliveries.length });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), inAnyOrder, async (scheduler, arriving) => {
        const slot = emptySlot();
        slot.before = scheduler.scheduleFunction(async () => undefined);
        const written = Promise.all(arriving.map((one) => slot.newWriter()(one, signal)));
        await scheduler.waitFor(written);
        expect(slot.read().token).toBe(tokens[4]?.token);
        expect(slot.versionIds().length).toBeLessThanOrEqual(5);
      }),
      // A failure is not made smaller: that takes far longer than reading it.
      { seed: 1, numRuns: 30, endOnFailure: true },
    );
  });
});
