import { createInstallationSlots, createSingleSlot, type Slots } from './slots';

/** The expiries that the monitor sees, in minutes; 0 is an empty slot. */
const seen = (slots: Slots, minute: number): number[] =>
  slots.list(minute).map(({ token }) => (token?.expiresAtSeconds ?? 0) / 60);

describe('a slot for each installation', () => {
  test('is made by the first delivery, and shows with a delay', () => {
    const slots = createInstallationSlots(5);
    expect(slots.write(0, 240, 0)).toBe('stored');
    expect([seen(slots, 4), seen(slots, 5)]).toEqual([[], [240]]);
    expect(slots.write(0, 240, 60)).toBe('unchanged');
    expect(slots.write(0, 200, 70)).toBe('older');
    expect(slots.write(0, 420, 180)).toBe('stored');
    expect([seen(slots, 184), seen(slots, 185)]).toEqual([[240], [420]]);
  });

  test('goes with an uninstall of which we are told', () => {
    const slots = createInstallationSlots(0);
    slots.write(0, 240, 0);
    slots.write(1, 240, 0);
    expect(slots.remove(0)).toBe('removed');
    expect(slots.list(1)).toHaveLength(1);
  });
});

describe('one slot', () => {
  test('is there from the deployment on, and belongs to the first one', () => {
    const slots = createSingleSlot();
    expect(seen(slots, 0)).toEqual([0]);
    expect(slots.write(0, 240, 0)).toBe('stored');
    expect(slots.write(1, 300, 60)).toBe('slot-bound-elsewhere');
    expect(seen(slots, 60)).toEqual([240]);
  });

  test('is free when its token has expired', () => {
    const slots = createSingleSlot();
    slots.write(0, 240, 0);
    expect(slots.write(1, 480, 240)).toBe('rebound');
    expect(seen(slots, 240)).toEqual([480]);
  });

  test('is free after an uninstall of which we are told', () => {
    const slots = createSingleSlot();
    slots.write(0, 240, 0);
    expect(slots.remove(1)).toBe('acknowledged');
    expect(slots.remove(0)).toBe('released');
    expect(seen(slots, 1)).toEqual([0]);
    expect(slots.write(1, 300, 60)).toBe('rebound');
  });
});
