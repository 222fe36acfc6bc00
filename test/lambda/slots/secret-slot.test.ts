import type { SecretStore } from '../../../lambda/slots/secret-slots';
import { createSecretSlot } from '../../../lambda/slots/secret-slots';

const NEVER = new AbortController().signal;
const VALUE = { token: 'x.y.z', expiresAt: '', installationId: '', apiBaseUrl: '', contexts: [] };

/** A slot whose swaps end like this, one after the other, and the calls that it makes. */
function slotWith(swaps: readonly (boolean | Error)[], isCurrent = false) {
  const calls: string[] = [];
  const left = [...swaps];
  const store: SecretStore = {
    describe: async () => [],
    create: async () => true,
    put: async () => calls.push('put') > 0 && isCurrent,
    async swapCurrent() {
      calls.push('swap');
      const end = left.shift();
      if (end instanceof Error) throw end;
      return end ?? true;
    },
    release: async () => true,
    remove: async () => undefined,
  };
  const slot = createSecretSlot(store);
  return { calls, replace: (id = 'new') => slot.replace(id, VALUE, undefined, NEVER) };
}

test('overtaken, the version is put again, which changes nothing, before it is tried again', async () => {
  const { calls, replace } = slotWith([false, true]);
  expect([await replace(), await replace()]).toEqual([false, true]);
  expect(calls).toEqual(['put', 'swap', 'put', 'swap']);
});

test('a version that is current already, by another delivery of it, is not moved', async () => {
  const { calls, replace } = slotWith([], true);
  expect(await replace()).toBe(true);
  expect(calls).toEqual(['put']);
});

test('another version is put for itself, also after one that was overtaken', async () => {
  const { calls, replace } = slotWith([false, true]);
  await replace('old');
  await replace('new');
  expect(calls).toEqual(['put', 'swap', 'put', 'swap']);
});

test('after trouble it is put again: whoever mended the secret may have made it anew', async () => {
  const { calls, replace } = slotWith([new Error('There is no such version.'), true]);
  await expect(replace()).rejects.toThrow('There is no such version.');
  expect(await replace()).toBe(true);
  expect(calls).toEqual(['put', 'swap', 'put', 'swap']);
});

test('once it was current it is put again, too', async () => {
  const { calls, replace } = slotWith([true, true]);
  await replace();
  await replace();
  expect(calls).toEqual(['put', 'swap', 'put', 'swap']);
});
