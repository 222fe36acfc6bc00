import type { ReceivedMessage } from '../../aws/queue-message';
import { judgeReport } from '../../queue/batch-outcome';

const message = (id: string, groupId: string | undefined): ReceivedMessage => ({
  id,
  groupId,
  body: 'body',
  deduplicationId: id,
  sequenceNumber: id,
  sentAtMs: 0,
  deadLetterSourceArn: undefined,
  receiveCount: 1,
  firstReceivedAtMs: 0,
  invisibleUntilMs: 0,
  receiptHandle: `handle of ${id}`,
});

const BATCH = [message('a1', 'a'), message('a2', 'a'), message('b1', 'b')];

const report = (...ids: unknown[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['an object without a report', { statusCode: 500 }],
  ['a report that is null', { batchItemFailures: null }],
  ['an empty report', report()],
])('%s is success', (_what, answer) => {
  expect(judgeReport(answer, BATCH)).toEqual({ returned: new Set(), problem: undefined });
});

test.each<[string, unknown, string[]]>([
  ['the last of a group', report('a2'), ['a2']],
  ['a group to its end', report('a1', 'a2'), ['a1', 'a2']],
  ['messages of several groups', report('b1', 'a2'), ['a2', 'b1']],
])('a report of %s returns just that', (_what, answer, returned) => {
  expect(judgeReport(answer, BATCH)).toEqual({ returned: new Set(returned), problem: undefined });
});

test('what comes after a failed message in its group returns with it, and the function is told to report it', () => {
  const { returned, problem } = judgeReport(report('a1'), BATCH);
  expect([...returned]).toEqual(['a1', 'a2']);
  expect(problem).toContain('not what comes after it in its group: a2. AWS would delete');
});

test('without groups, a failed message returns alone', () => {
  const standard = [message('1', undefined), message('2', undefined)];
  expect(judgeReport(report('1'), standard)).toEqual({ returned: new Set(['1']), problem: undefined });
});

test.each<[string, unknown]>([
  ['an id that is not in the batch', report('a2', 'c1')],
  ['an empty id', report('')],
  ['an id that is null', report(null)],
  ['another key', { batchItemFailures: [{ messageId: 'a1' }] }],
  ['no list', { batchItemFailures: 'a1' }],
  ['text in place of an answer', 'done'],
])('a report with %s returns the whole batch', (_what, answer) => {
  const { returned, problem } = judgeReport(answer, BATCH);
  expect([...returned]).toEqual(['a1', 'a2', 'b1']);
  expect(problem).toContain('All 3 messages of the batch return');
});
