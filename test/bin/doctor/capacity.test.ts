import { concurrencyOutcome, deadLettersOutcome, queueOutcome } from '../../../bin/doctor/capacity';

test('without a worker there is nothing to check', () => {
  for (const outcome of [deadLettersOutcome(undefined), queueOutcome(undefined)]) {
    expect(outcome).toMatchObject({ status: 'nothing', summary: 'off: the stage has no worker' });
  }
});

test('a job that was given up is wrong, also while somebody reads its message', () => {
  expect(deadLettersOutcome({ waiting: 0, inWork: 0 }).status).toBe('ok');
  expect(deadLettersOutcome({ waiting: 1, inWork: 1 })).toMatchObject({
    status: 'wrong',
    summary: expect.stringMatching(/^2 messages: /),
    fixes: [expect.stringContaining('Start DLQ redrive')],
  });
});

test('waiting jobs are shown, and are not wrong', () => {
  expect(queueOutcome({ waiting: 7, inWork: 2 })).toMatchObject({
    status: 'ok',
    summary: '7 messages waiting, 2 in progress',
  });
});

test('a new account should request more executions', () => {
  expect(concurrencyOutcome({ total: 10, unreserved: 10 })).toMatchObject({
    status: 'wrong',
    summary: expect.stringMatching(/^10 simultaneous executions/),
    fixes: [expect.stringContaining('Service Quotas'), expect.stringContaining('worker.concurrency')],
  });
});

test('an account with the default limit has enough', () => {
  expect(concurrencyOutcome({ total: 1000, unreserved: 900 })).toMatchObject({
    status: 'ok',
    summary: '1000 simultaneous executions in this account and region, 900 of them for any function',
  });
});
