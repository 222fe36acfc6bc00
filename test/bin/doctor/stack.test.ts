import type { StackState } from '../../../bin/doctor/aws';
import { stackOutcome } from '../../../bin/doctor/stack';
import { OUTPUTS } from '../../../lib/stack-outputs';
import { HOUR_MS, NOW_MS, TARGET } from './targets';

const STACK: StackState = {
  name: 'forge-remote-dev',
  status: 'UPDATE_COMPLETE',
  createdAtMs: NOW_MS - 48 * HOUR_MS,
  changedAtMs: NOW_MS - HOUR_MS,
  outputs: Object.fromEntries(Object.values(OUTPUTS).map((output) => [output, 'something'])),
};

const outcomeOf = (changes: Partial<StackState>) => stackOutcome({ ...STACK, ...changes }, TARGET, NOW_MS);

test('a stack that is complete', () => {
  expect(outcomeOf({})).toMatchObject({
    status: 'ok',
    says: 'UPDATE_COMPLETE, 60 minutes ago; all its outputs are there',
  });
});

test('no stack, or one that was never made', () => {
  for (const none of [stackOutcome(undefined, TARGET, NOW_MS), outcomeOf({ status: 'REVIEW_IN_PROGRESS' })]) {
    expect(none).toMatchObject({
      status: 'wrong',
      says: expect.stringContaining('there is no stack forge-remote-dev in us-east-1'),
      fixes: [expect.stringMatching(/^DEPLOY .*credentials of another account/)],
    });
  }
});

test('a change that goes on is nothing to judge', () => {
  expect(outcomeOf({ status: 'UPDATE_IN_PROGRESS' }).status).toBe('nothing');
  expect(outcomeOf({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' }).status).toBe('nothing');
});

test.each([
  ['UPDATE_ROLLBACK_COMPLETE', /^The events of forge-remote-dev .* DEPLOY$/],
  ['UPDATE_ROLLBACK_FAILED', /Continue update rollback/],
  ['ROLLBACK_COMPLETE', /It makes the stack anew/],
  ['DELETE_FAILED', /^The events of/],
])('%s is wrong, with its reason and its fix', (status, fix) => {
  expect(outcomeOf({ status, statusReason: 'no room' })).toMatchObject({
    status: 'wrong',
    says: expect.stringContaining(status),
    details: ['no room'],
    fixes: [expect.stringMatching(fix)],
  });
});

test('an output that is missing is named', () => {
  expect(outcomeOf({ outputs: { ...STACK.outputs, SlotArn: '' } })).toMatchObject({
    status: 'wrong',
    says: 'UPDATE_COMPLETE, but without the outputs SlotArn',
    fixes: ['DEPLOY'],
  });
});
