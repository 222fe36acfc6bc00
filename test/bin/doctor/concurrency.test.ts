import { concurrencyOutcome } from '../../../bin/doctor/concurrency';

test('a new account is told to ask for more', () => {
  expect(concurrencyOutcome({ total: 10, unreserved: 10 })).toMatchObject({
    status: 'wrong',
    summary: expect.stringMatching(/^10 executions at a time/),
    fixes: [expect.stringContaining('Service Quotas'), expect.stringContaining('worker.concurrency')],
  });
});

test('the usual account has enough', () => {
  expect(concurrencyOutcome({ total: 1000, unreserved: 900 })).toMatchObject({
    status: 'ok',
    summary: '1000 executions at a time in this account and region, 900 of them for any function',
  });
});
