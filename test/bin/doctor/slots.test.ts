import { type SlotFacts, slotsOutcome } from '../../../bin/doctor/slots';
import { formatVersionId } from '../../../lambda/contract/slot';
import type { SlotMetadata } from '../../../lambda/contract/slot-metadata';
import { MINUTE_MS, NOW_MS, TARGET } from './targets';

const FACTS: SlotFacts = { nowMs: NOW_MS, single: true, intervalMinutes: 60, isNew: false };
const MANY: SlotFacts = { ...FACTS, single: false };

const uuid = (index: number) => `efedc129-49f0-425d-bd35-${String(index).padStart(12, '0')}`;

/** A slot whose token has so many minutes left. */
const slot = (minutesLeft: number, index = 0): SlotMetadata => ({
  id: `stack/slot/${uuid(index)}`,
  versions: {
    [formatVersionId({
      expiresAtSeconds: NOW_MS / 1000 + minutesLeft * 60,
      installation: uuid(index),
      tokenHash: '0'.repeat(20),
    })]: ['AWSCURRENT'],
  },
  changedAtMs: NOW_MS - 10 * MINUTE_MS,
});

const EMPTY: SlotMetadata = { id: 'the-slot', versions: {} };

test('a token that was delivered in time: whose it is, until when, and how old', () => {
  expect(slotsOutcome([slot(120)], FACTS, TARGET)).toMatchObject({
    status: 'ok',
    summary: `installation ${uuid(0)}: until 2026-08-01T14:00:00Z, 120 minutes left, written 10 minutes ago`,
  });
});

test('late is what lambda/contract/freshness.ts says', () => {
  expect(slotsOutcome([slot(54)], FACTS, TARGET).status).toBe('ok');
  expect(slotsOutcome([slot(53)], FACTS, TARGET)).toMatchObject({
    status: 'wrong',
    summary: expect.stringContaining('; late: with timely deliveries it has at least 54 minutes'),
    fixes: [expect.stringMatching(/^Forge has stopped delivering/)],
  });
});

test('without the interval nothing is late', () => {
  const { intervalMinutes: _, ...facts } = FACTS;
  expect(slotsOutcome([slot(1)], facts, TARGET).status).toBe('ok');
});

test('expired', () => {
  expect(slotsOutcome([slot(-30)], FACTS, TARGET)).toMatchObject({
    status: 'wrong',
    summary: `installation ${uuid(0)}: expired at 2026-08-01T11:30:00Z, 30 minutes ago, written 10 minutes ago`,
    fixes: [expect.stringContaining('Check that the app is still installed')],
  });
});

test('an empty slot is a fault once the stage is not new', () => {
  expect(slotsOutcome([EMPTY], { ...FACTS, isNew: true }, TARGET)).toMatchObject({
    status: 'nothing',
    summary: 'empty: Forge has not called yet',
    details: [expect.stringContaining('forge install')],
  });
  expect(slotsOutcome([EMPTY], FACTS, TARGET)).toMatchObject({
    status: 'wrong',
    summary: 'the-slot is empty',
    fixes: [expect.stringContaining('forge install')],
  });
});

test("a slot that was released is nobody's fault", () => {
  const { id, versions } = slot(120);
  const released = { id, versions: { [Object.keys(versions)[0] ?? '']: ['AWSCURRENT', 'FORGE_RELEASED'] } };
  expect(slotsOutcome([released], FACTS, TARGET)).toMatchObject({
    status: 'nothing',
    summary: `stack/slot/${uuid(0)} is released: installation ${uuid(0)} was uninstalled`,
    details: [expect.stringContaining('forge install')],
  });
  expect(slotsOutcome([released, slot(120, 1)], MANY, TARGET)).toMatchObject({
    status: 'ok',
    summary: '2 slots: 1 released, 1 fresh',
  });
});

test('what somebody wrote by hand counts as empty', () => {
  expect(slotsOutcome([{ ...EMPTY, versions: { mine: ['AWSCURRENT'] } }], FACTS, TARGET)).toMatchObject({
    status: 'wrong',
    summary: 'the-slot was written by hand, which counts as empty',
  });
});

test('the one slot that is gone, or going', () => {
  expect(slotsOutcome([], FACTS, TARGET)).toMatchObject({ status: 'wrong', fixes: ['RESTORE'] });
  expect(slotsOutcome([{ ...slot(120), deletedAtMs: NOW_MS }], FACTS, TARGET)).toMatchObject({
    status: 'wrong',
    summary: expect.stringContaining('was scheduled for deletion at 2026-08-01T12:00:00Z'),
    fixes: [expect.stringContaining(`restore-secret --secret-id stack/slot/${uuid(0)}`)],
  });
});

test('a slot for each installation, and none has called', () => {
  expect(slotsOutcome([], MANY, TARGET)).toMatchObject({
    status: 'nothing',
    summary: 'none: no installation has called yet',
  });
});

test('many are counted, and listed by the time that they have left', () => {
  const slots = [slot(200, 1), slot(-5, 2), slot(30, 3), { ...EMPTY, id: 'stack/slot/x' }];
  const { status, summary, details, fixes } = slotsOutcome(slots, MANY, TARGET);
  expect({ status, summary }).toEqual({ status: 'wrong', summary: '4 slots: 1 expired, 1 late, 1 empty, 1 fresh' });
  expect(details?.map((line) => line.replace(/:.*/, ''))).toEqual([
    'stack/slot/x is empty',
    `installation ${uuid(2)}`,
    `installation ${uuid(3)}`,
    `installation ${uuid(1)}`,
  ]);
  expect(fixes).toEqual([expect.stringContaining('reapAfterDays'), expect.stringContaining('forge install')]);
});

test('no more than 20 are listed', () => {
  const slots = Array.from({ length: 25 }, (_, index) => slot(120 + index, index));
  const { details } = slotsOutcome(slots, MANY, TARGET);
  expect(details).toHaveLength(21);
  expect(details?.at(-1)).toBe('and 5 with more time left');
});
