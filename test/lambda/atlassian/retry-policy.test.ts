import {
  isIdempotent,
  type RetryContext,
  readRetryAfter,
  waitBeforeRetry,
} from '../../../lambda/atlassian/retry-policy';
import { status } from './simulated-api';

const NOW_MS = Date.parse('2026-08-01T12:00:00Z');
const first: RetryContext = { tries: 1, repeatable: true, nowMs: NOW_MS, random: 0 };
const waitFor = (code: number, context: Partial<RetryContext> = {}, headers: Record<string, string> = {}) =>
  waitBeforeRetry({ response: status(code, headers) }, { ...first, ...context });

describe('what is sent again', () => {
  test.each([
    // status, Retry-After, repeatable, sent again
    [200, undefined, true, false],
    [302, undefined, true, false],
    [400, undefined, true, false],
    [404, '1', true, false],
    [429, undefined, true, true],
    [429, undefined, false, true],
    [500, undefined, true, true],
    [500, '1', false, false],
    [502, undefined, true, true],
    [503, undefined, true, true],
    [503, undefined, false, false],
    [503, '1', false, true],
    [503, 'soon', false, false],
    [504, undefined, false, false],
  ])('status %i, Retry-After %s, repeatable %s: %s', (code, retryAfter, repeatable, sentAgain) => {
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    expect(waitFor(code, { repeatable }, headers) !== undefined).toBe(sentAgain);
  });

  test('a broken connection only if that does no harm', () => {
    expect(waitBeforeRetry({ failure: 'ECONNRESET' }, first)).toBe(250);
    expect(waitBeforeRetry({ failure: 'ECONNRESET' }, { ...first, repeatable: false })).toBeUndefined();
  });

  test('nothing more than three times', () => {
    expect(waitFor(503, { tries: 3 })).toBeDefined();
    expect(waitFor(503, { tries: 4 })).toBeUndefined();
  });

  test.each([
    ['GET', true],
    ['get', true],
    ['HEAD', true],
    ['PUT', true],
    ['DELETE', true],
    ['POST', false],
    ['PATCH', false],
  ])('%s is idempotent: %s', (method, idempotent) => expect(isIdempotent(method)).toBe(idempotent));
});

describe('how long is waited', () => {
  test('twice as long each time, half of it by chance', () => {
    expect([1, 2, 3].map((tries) => waitFor(500, { tries, random: 0 }))).toEqual([250, 500, 1_000]);
    expect([1, 2, 3].map((tries) => waitFor(500, { tries, random: 1 }))).toEqual([500, 1_000, 2_000]);
  });

  test('never less than Retry-After', () => {
    expect(waitFor(429, {}, { 'retry-after': '20' })).toBe(20_250);
    expect(waitFor(503, {}, { 'retry-after': 'Sat, 01 Aug 2026 12:00:20 GMT' })).toBe(20_250);
    expect(waitFor(429, {}, { 'retry-after': '0' })).toBe(250);
  });

  test('at most a minute', () => {
    expect(waitFor(429, {}, { 'retry-after': '60' })).toBe(60_250);
    expect(waitFor(429, {}, { 'retry-after': '61' })).toBeUndefined();
    expect(waitFor(429, {}, { 'retry-after': 'Sat, 01 Aug 2026 12:01:01 GMT' })).toBeUndefined();
  });
});

describe('Retry-After', () => {
  test.each([
    [null, undefined],
    ['', undefined],
    ['soon', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['2026-08-01', undefined],
    ['Sat, 99 Aug 2026 12:00:00 GMT', undefined],
    ['0', 0],
    [' 30 ', 30_000],
    ['Sat, 01 Aug 2026 12:00:30 GMT', 30_000],
    ['Sat, 01 Aug 2026 11:00:00 GMT', 0],
  ])('%j is %s ms', (value, ms) => expect(readRetryAfter(value, NOW_MS)).toBe(ms));
});
