import { alarmsOutcome } from '../../../bin/doctor/alarms';
import type { AlarmState } from '../../../bin/doctor/aws';
import { NOW_MS, TARGET } from './targets';

const ALARMS = [
  { name: 'Errors', physicalId: 'stack-errors' },
  { name: 'Slow', physicalId: 'stack-slow' },
  { name: 'Page', physicalId: 'stack-page' },
];

const state = (name: string, changes: Partial<AlarmState> = {}): AlarmState => ({
  name,
  state: 'OK',
  reason: 'Unchecked: Initial alarm creation',
  sinceMs: NOW_MS,
  description: '',
  ...changes,
});

const CALM = ALARMS.map(({ physicalId }) => state(physicalId));

/** All calm but one. */
const butFirst = (changes: Partial<AlarmState>) => [state('stack-errors', changes), ...CALM.slice(1)];

test('all of them off', () => {
  expect(alarmsOutcome(ALARMS, CALM, TARGET)).toMatchObject({ status: 'ok', summary: '3 alarms: 3 off' });
});

test('one that is on shows since when and why, and the first step of its description', () => {
  const on = butFirst({
    state: 'ALARM',
    reason: 'Threshold Crossed: 1 datapoint',
    description: 'It crashed. Likely: many things. First: read the log. Then mend it.',
  });
  expect(alarmsOutcome(ALARMS, on, TARGET)).toEqual({
    status: 'wrong',
    summary: '3 alarms: 1 on, 2 off',
    details: ['Errors is on since 2026-08-01T12:00:00Z: Threshold Crossed: 1 datapoint'],
    fixes: ['Errors: read the log. Then mend it.'],
  });
});

test('an alarm without a first step says no more than the others, and has a fix where it stands alone', () => {
  const page = state('stack-page', { state: 'ALARM', description: 'Look now.' });
  const errors = state('stack-errors', { state: 'ALARM', description: 'First: read the log.' });
  expect(alarmsOutcome(ALARMS, [errors, state('stack-slow'), page], TARGET)).toMatchObject({
    summary: '3 alarms: 2 on, 1 off',
    fixes: ['Errors: read the log.'],
  });
  expect(alarmsOutcome(ALARMS, [...CALM.slice(0, 2), page], TARGET).fixes).toEqual(['Page: see docs/runbook.md.']);
});

test('no data is named, and no fault', () => {
  expect(alarmsOutcome(ALARMS, butFirst({ state: 'INSUFFICIENT_DATA' }), TARGET)).toEqual({
    status: 'nothing',
    summary: '3 alarms: 1 without data, 2 off',
    details: ['No data yet: Errors (Unchecked: Initial alarm creation)'],
  });
});

test('one that was deleted is wrong', () => {
  expect(alarmsOutcome(ALARMS, CALM.slice(1), TARGET)).toMatchObject({
    status: 'wrong',
    summary: '3 alarms: 1 gone, 2 off',
    details: ['Errors is gone'],
    fixes: ['Somebody deleted the missing alarms. RESTORE'],
  });
});

test('a stack without alarms', () => {
  expect(alarmsOutcome([], [], TARGET)).toMatchObject({ status: 'nothing', summary: 'the stack has none' });
});
