import type { LogLine } from '../../../bin/doctor/aws';
import { refusalsOutcome } from '../../../bin/doctor/refusals';
import { HOUR_MS, MINUTE_MS, NOW_MS } from './targets';

const TRACE = '463ac35c9f6413ad48485a3953bb6124';

const line = (reason: string, minutesAgo: number, more: object = { traceId: TRACE }) => ({
  id: '',
  atMs: NOW_MS - minutesAgo * MINUTE_MS,
  message: JSON.stringify({ level: 'WARN', reason, detail: 'a secret detail', path: '/forge/token', ...more }),
});

const isOwn = (traceId: string) => traceId.startsWith('d0c7');

const outcomeOf = (...lines: LogLine[]) => refusalsOutcome({ lines, complete: true }, NOW_MS, isOwn);

test('none', () => {
  expect(outcomeOf()).toMatchObject({ status: 'ok', summary: 'no call was refused in the last 24 hours' });
});

test("strangers' calls are counted by reason, the latest first, and are no fault", () => {
  expect(outcomeOf(line('route-unknown', 5), line('authorization-missing', 3), line('route-unknown', 90))).toEqual({
    status: 'ok',
    summary: '3 calls in 24 hours, all by strangers',
    details: [
      `1 × authorization-missing, last 2026-08-01T11:57:00Z, traceId ${TRACE}`,
      `2 × route-unknown, last 2026-08-01T11:55:00Z, traceId ${TRACE}`,
    ],
  });
});

test('calls of Forge that were refused lately are wrong, with what the reason means', () => {
  expect(
    outcomeOf(line('system-token-missing', 119, { traceId: TRACE, signed: true }), line('route-unknown', 1)),
  ).toMatchObject({
    status: 'wrong',
    summary: '2 calls in 24 hours, including calls of Forge',
    fixes: [expect.stringMatching(/^system-token-missing: .*auth\.appSystemToken\.enabled/)],
  });
});

test("a reason counts as Forge's only on a call that Forge signed, or where nobody can tell", () => {
  for (const reason of ['token-expired', 'audience-wrong', 'slot-bound-elsewhere']) {
    expect(outcomeOf(line(reason, 5))).toMatchObject({ status: 'ok' });
    expect(outcomeOf(line(reason, 5, { signed: true }))).toMatchObject({ status: 'wrong' });
  }
  expect(outcomeOf(line('key-unknown', 5))).toMatchObject({ status: 'wrong' });
});

test('what has not come again for 2 hours is over', () => {
  expect(outcomeOf(line('key-server-unavailable', 121))).toMatchObject({
    status: 'ok',
    summary: '1 call in 24 hours, including calls that may be from Forge, but none in the last 2 hours',
  });
});

test('nothing but reason, time and trace id is shown, and a trace id only if it is one', () => {
  const text = JSON.stringify(
    outcomeOf(
      line('internal-error', 1, { traceId: '\u001b[31mred', error: { message: 'private' } }),
      line('slot-unavailable', 2, {}),
    ),
  );
  expect(text).toContain('1 × internal-error, last 2026-08-01T11:59:00Z"');
  for (const hidden of ['red', 'private', 'a secret detail', '/forge/token']) expect(text).not.toContain(hidden);
});

test("lines that are not ours, and this run's own calls, are left out", () => {
  const ours = { traceId: 'd0c71111d0c711110123456789abcdef' };
  expect(
    outcomeOf(
      { id: '', atMs: NOW_MS, message: 'not JSON' },
      { id: '', atMs: NOW_MS, message: '{"reason":"toString"}' },
      { id: '', atMs: NOW_MS, message: 'null' },
      line('signature-invalid', 1, ours),
    ).summary,
  ).toBe('no call was refused in the last 24 hours');
});

test('a log that was too long is said to be', () => {
  const excerpt = { lines: [line('route-unknown', HOUR_MS / MINUTE_MS)], complete: false };
  expect(refusalsOutcome(excerpt, NOW_MS, isOwn).summary).toBe('at least 1 call in 24 hours, all by strangers');
});
