import { RELEASED_LABEL } from '../../../lambda/contract/slot';
import { release } from '../../../lambda/slots/release';
import { ELSEWHERE, HOME, lastingUntil } from './deliveries';
import { createSlotInMemory, NO_PAUSE } from './slot-in-memory';
import { NOW_SECONDS } from './tokens';

const signal = new AbortController().signal;

/** A slot with a token of {@link HOME}. */
async function boundSlot() {
  const slot = createSlotInMemory(() => NOW_SECONDS * 1000);
  await slot.newWriter()(await lastingUntil(NOW_SECONDS + 7200), signal);
  slot.calls.length = 0;
  return slot;
}

test('takes a look, a label and another look, and two looks the second time', async () => {
  const slot = await boundSlot();
  await expect(slot.release(HOME)).resolves.toBe('released');
  await expect(slot.release(HOME)).resolves.toBe('released');
  expect(slot.calls).toEqual(['describe', 'release', 'describe', 'describe', 'describe']);
  expect(slot.labels()).toContain(RELEASED_LABEL);
});

test("leaves another installation's slot alone", async () => {
  const slot = await boundSlot();
  await expect(slot.release(ELSEWHERE)).resolves.toBe('acknowledged');
  expect(slot.labels()).not.toContain(RELEASED_LABEL);
});

test('looks again when another call was faster', async () => {
  const slot = await boundSlot();
  await slot.release(HOME);
  await slot.newWriter()(await lastingUntil(NOW_SECONDS + 7300, ELSEWHERE), signal);
  // Two calls that tell the same uninstall: each wants to move the label from the earlier version.
  await expect(Promise.all([slot.release(ELSEWHERE), slot.release(ELSEWHERE)])).resolves.toEqual([
    'released',
    'released',
  ]);
  expect(slot.labels()).toContain(RELEASED_LABEL);
});

test('a delivery that the uninstall has overtaken keeps the slot fresh, and free for the next installation', async () => {
  const slot = await boundSlot();
  await slot.release(HOME);
  await expect(slot.newWriter()(await lastingUntil(NOW_SECONDS + 7300), signal)).resolves.toBe('stored');
  expect(slot.labels()).toContain(RELEASED_LABEL);
  await expect(slot.newWriter()(await lastingUntil(NOW_SECONDS + 7100, ELSEWHERE), signal)).resolves.toBe(
    'reinstalled',
  );
  expect(slot.labels()).not.toContain(RELEASED_LABEL);
});

test('gives up when that goes on', async () => {
  const slot = await boundSlot();
  let tried = 0;
  const always = { ...slot.store, release: async () => ++tried < 0 };
  await expect(release(always, HOME, signal, NO_PAUSE)).rejects.toMatchObject({
    reason: 'slot-unavailable',
    detail: "The slot's labels changed in each of 3 attempts.",
  });
  expect(tried).toBe(3);
});

test.each([
  ['that is empty', []],
  ['that somebody wrote by hand', [{ id: 'by-hand', current: true, labels: ['AWSCURRENT'], parsed: undefined }]],
])('leaves a slot alone %s', async (_what, versions) => {
  const { store } = await boundSlot();
  await expect(release({ ...store, describe: async () => versions }, HOME, signal, NO_PAUSE)).resolves.toBe(
    'acknowledged',
  );
});
