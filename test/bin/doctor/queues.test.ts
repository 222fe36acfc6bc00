import { deadLettersOutcome, queueOutcome } from '../../../bin/doctor/queues';

test('without a worker there is nothing to judge', () => {
  for (const outcome of [deadLettersOutcome(undefined), queueOutcome(undefined)]) {
    expect(outcome).toMatchObject({ status: 'nothing', summary: 'off: the stage has no worker' });
  }
});

test('a job that was given up is wrong, also while somebody looks at its message', () => {
  expect(deadLettersOutcome({ waiting: 0, inWork: 0 }).status).toBe('ok');
  expect(deadLettersOutcome({ waiting: 1, inWork: 1 })).toMatchObject({
    status: 'wrong',
    summary: expect.stringMatching(/^2 messages: /),
    fixes: [expect.stringContaining('Start DLQ redrive')],
  });
});

test('work that waits is told, and no fault', () => {
  expect(queueOutcome({ waiting: 7, inWork: 2 })).toMatchObject({
    status: 'ok',
    summary: '7 messages waiting, 2 in work',
  });
});
