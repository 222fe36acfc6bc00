import { randomUUID } from 'node:crypto';
import type { Delivery } from '../../../lambda/slots/slot-writer';
import { deliveryOf, lastingUntil } from './deliveries';
import { createSlotInMemory, IN_MEMORY } from './slot-in-memory';
import { NOW_SECONDS } from './tokens';

const HOUR = 3600;
let nowSeconds: number;
beforeEach(() => {
  nowSeconds = NOW_SECONDS;
});

const nowMs = () => nowSeconds * 1000;
const signal = new AbortController().signal;
const lasting = (hours: number) => lastingUntil(nowSeconds + hours * HOUR);
const opaque = () => deliveryOf(`opaque-${randomUUID()}`);

describe.each(IN_MEMORY)('one delivery after the other, with a slot that is %s', (_kind, createSlot) => {
  const emptySlot = () => createSlot(nowMs);

  test('fills an empty slot, with what a consumer needs', async () => {
    const slot = emptySlot();
    const first = await lasting(4);
    await expect(slot.newWriter()(first, signal)).resolves.toBe('stored');
    expect(slot.read()).toEqual({
      token: first.token,
      expiresAt: new Date((nowSeconds + 4 * HOUR) * 1000).toISOString(),
      installationId: first.installationId,
      apiBaseUrl: first.apiBaseUrl,
      contexts: first.contexts,
    });
  });

  test('replaces a token by one that lasts longer', async () => {
    const slot = emptySlot();
    const write = slot.newWriter();
    await write(await lasting(3), signal);
    const next = await lasting(4);
    await expect(write(next, signal)).resolves.toBe('stored');
    expect(slot.read().token).toBe(next.token);
  });

  test('drops a token that is late, however often it comes', async () => {
    const slot = emptySlot();
    const write = slot.newWriter();
    const newest = await lasting(4);
    await write(newest, signal);
    const late = await lasting(3);
    await expect(write(late, signal)).resolves.toBe('older');
    await expect(write(late, signal)).resolves.toBe('older');
    expect(slot.read().token).toBe(newest.token);
    expect(slot.versionIds()).toHaveLength(1);
  });

  test('ends with the same one of two tokens that expire in the same second, whichever came first', async () => {
    const [one, other] = [await lasting(4), await lasting(4)];
    const ends = [];
    for (const order of [
      [one, other],
      [other, one],
    ]) {
      const slot = emptySlot();
      for (const next of order) await slot.newWriter()(next, signal);
      ends.push(slot.read().token);
    }
    expect(ends[0]).toBe(ends[1]);
  });

  test('keeps a token whose expiry can not be read as one, however often it comes', async () => {
    const slot = emptySlot();
    const unreadable = opaque();
    await expect(slot.newWriter()(unreadable, signal)).resolves.toBe('stored');
    nowSeconds += HOUR;
    await expect(slot.newWriter()(unreadable, signal)).resolves.toBe('unchanged');
    expect(slot.versionIds()).toHaveLength(1);
    expect(slot.read().expiresAt).toBe(new Date((NOW_SECONDS + 2 * HOUR) * 1000).toISOString());
  });

  test('an opaque token that comes once more after its successor is older', async () => {
    const slot = emptySlot();
    const [first, second] = [opaque(), opaque()];
    await slot.newWriter()(first, signal);
    nowSeconds += 60;
    await slot.newWriter()(second, signal);
    nowSeconds += 60;
    await expect(slot.newWriter()(first, signal)).resolves.toBe('older');
    expect(slot.read().token).toBe(second.token);
  });

  test('the same token with another API base URL is unchanged', async () => {
    const slot = emptySlot();
    const first = await lasting(4);
    await slot.newWriter()(first, signal);
    const moved = { ...first, apiBaseUrl: 'https://api.atlassian.com/ex/jira/2' };
    await expect(slot.newWriter()(moved, signal)).resolves.toBe('unchanged');
    expect(slot.read().apiBaseUrl).toBe(first.apiBaseUrl);
  });

  test('replaces what somebody wrote by hand', async () => {
    const slot = emptySlot();
    slot.writeByHand('a placeholder');
    const next = await lasting(4);
    await expect(slot.newWriter()(next, signal)).resolves.toBe('stored');
    expect(slot.read().token).toBe(next.token);
  });

  test('finishes what another instance began: a version that was written and never made current', async () => {
    const slot = emptySlot();
    await slot.newWriter()(await lasting(3), signal);
    const next = await lasting(4);
    slot.before = async (call) => {
      if (call === slot.replace.at(-1)) throw new Error('out of time');
    };
    await expect(slot.newWriter()(next, signal)).rejects.toThrow('out of time');
    slot.before = async () => undefined;
    await expect(slot.newWriter()(next, signal)).resolves.toBe('stored');
    expect(slot.read().token).toBe(next.token);
    expect(slot.versionIds()).toHaveLength(2);
  });
});

describe.each(IN_MEMORY)(
  'a token that can not be kept is refused before any call, with a slot that is %s',
  (_kind, createSlot) => {
    const emptySlot = () => createSlot(nowMs);

    test.each<[string, () => Promise<Delivery>, string, string]>([
      ['one that expired a second ago', () => lasting(-1 / HOUR), 'system-token-expired', '1 s ago'],
      ['one that expires now', () => lasting(0), 'system-token-expired', '0 s ago'],
      ['one of 65,536 bytes', async () => deliveryOf('x'.repeat(65_536)), 'system-token-too-large', 'as JSON'],
      [
        'one that is too large once it is JSON',
        async () => deliveryOf('"'.repeat(33_000)),
        'system-token-too-large',
        'at most 65536',
      ],
      // What a reader would refuse.
      ['one with a line break', async () => deliveryOf('a\nb'), 'system-token-unusable', 'printable'],
      ['one with a space', async () => deliveryOf('a b'), 'system-token-unusable', 'printable'],
      ['one that is not ASCII', async () => deliveryOf('é'), 'system-token-unusable', 'printable'],
    ])('%s', async (_name, create, reason, told) => {
      const slot = emptySlot();
      await expect(slot.newWriter()(await create(), signal)).rejects.toMatchObject({
        reason,
        detail: expect.stringContaining(told),
      });
      expect(slot.calls).toEqual([]);
    });

    test.each<[string, () => Promise<Delivery>]>([
      ['one that lives for a second', () => lasting(1 / HOUR)],
      ['one of 65,000 bytes', async () => deliveryOf('x'.repeat(65_000))],
    ])('but %s is not', async (_name, create) => {
      await expect(emptySlot().newWriter()(await create(), signal)).resolves.toBe('stored');
    });
  },
);

describe('a secret that is not there yet', () => {
  const noSlot = () => createSlotInMemory(nowMs, { exists: false });

  test('is made with its first token in it, in two calls', async () => {
    const slot = noSlot();
    const write = slot.newWriter();
    const first = await lasting(4);
    await expect(write(first, signal)).resolves.toBe('stored');
    expect(slot.read().token).toBe(first.token);
    await expect(write(first, signal)).resolves.toBe('unchanged');
    expect(slot.calls).toEqual(['describe', 'create']);
  });

  test('is made once by two that find it missing at the same time; the token that lasts longer stays', async () => {
    const slot = noSlot();
    const [older, newer] = [await lasting(3), await lasting(4)];
    const written = Promise.all([older, newer].map((one) => slot.newWriter()(one, signal)));
    await expect(written).resolves.toEqual(['stored', 'stored']);
    expect(slot.calls.filter((call) => call === 'create')).toHaveLength(2);
    expect(slot.read().token).toBe(newer.token);
  });
});

describe.each(IN_MEMORY)('what a writer remembers, with a slot that is %s', (_kind, createSlot) => {
  const emptySlot = () => createSlot(nowMs);

  test('saves every call when the same token comes again', async () => {
    const slot = emptySlot();
    const write = slot.newWriter();
    const [first, second] = [await lasting(3), await lasting(4)];
    await write(first, signal);
    await expect(write(first, signal)).resolves.toBe('unchanged');
    expect(slot.calls).toEqual([...slot.look, ...slot.fill]);
    await write(second, signal);
    await expect(write(second, signal)).resolves.toBe('unchanged');
    expect(slot.calls).toEqual([...slot.look, ...slot.fill, ...slot.look, ...slot.replace]);
  });

  test('holds for a token that another instance stored, too', async () => {
    const slot = emptySlot();
    const first = await lasting(3);
    await slot.newWriter()(first, signal);
    slot.calls.length = 0;
    const write = slot.newWriter();
    await write(first, signal);
    await write(first, signal);
    expect(slot.calls).toEqual(slot.look);
  });

  test('is not relied on for more than two hours: another instance may have deleted the slot', async () => {
    const slot = emptySlot();
    const write = slot.newWriter();
    const first = await lasting(4);
    await write(first, signal);
    nowSeconds += 7199;
    slot.calls.length = 0;
    await expect(write(first, signal)).resolves.toBe('unchanged');
    expect(slot.calls).toEqual([]);
    nowSeconds += 1;
    slot.calls.length = 0;
    await expect(write(first, signal)).resolves.toBe('unchanged');
    expect(slot.calls).toEqual(slot.look);
  });
});

describe.each(IN_MEMORY)('an expiry that no token of Forge has, with a slot that is %s', (_kind, createSlot) => {
  test('in the slot is not believed, and locks nothing out', async () => {
    const slot = createSlot(nowMs);
    await slot.newWriter()(await lasting(4), signal);
    // As if the clock had been ahead by an hour when the first was written.
    nowSeconds -= HOUR;
    const genuine = await lasting(2);
    await expect(slot.newWriter()(genuine, signal)).resolves.toBe('stored');
    expect(slot.read().token).toBe(genuine.token);
  });

  test('in a token gives it the least life, and locks later ones out no longer', async () => {
    const slot = createSlot(nowMs);
    await slot.newWriter()(await lasting(24), signal);
    expect(slot.read().expiresAt).toBe(new Date((nowSeconds + 2 * HOUR) * 1000).toISOString());
    await expect(slot.newWriter()(await lasting(3), signal)).resolves.toBe('stored');
  });
});
