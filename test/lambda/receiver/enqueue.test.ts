import type { Invocation } from '../../../lambda/forge/invocation';
import { deduplicationId } from '../../../lambda/receiver/enqueue';
import { authorize, createTestVerifier, goodClaims, NOW_MS } from '../../support/forge-call';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
let invocation: Invocation;
let another: Invocation;
beforeAll(async () => {
  const verify = await createTestVerifier();
  invocation = await verify(await authorize());
  another = await verify(
    await authorize(goodClaims({ installation: { uuid: 'b1946ac9-2492-4d23-8c01-2b0a7a1c9f00', cloudId: 'other' } })),
  );
});

const idAt = (nowMs: number, everyMinutes: number, changes: { invocation?: Invocation; path?: string } = {}) =>
  deduplicationId({
    invocation,
    path: '/forge/token',
    route: { kind: 'scheduledTrigger', everyMinutes },
    nowMs,
    ...changes,
  });

test('an hourly firing has one id, for its duplicates and for retries up to 4 minutes later', () => {
  const first = idAt(NOW_MS, 60);
  for (const retry of [0, 1, 2, 3, 4]) expect(idAt(NOW_MS + retry * 65 * SECOND, 60)).toBe(first);
});

test('a five-minute firing has one id for its duplicates, and another one for the next firing', () => {
  const first = idAt(NOW_MS, 5);
  expect(idAt(NOW_MS + SECOND, 5)).toBe(first);
  for (const jitter of [-20, 0, 20]) expect(idAt(NOW_MS + 5 * MINUTE + jitter * SECOND, 5)).not.toBe(first);
});

test('installations and routes have ids of their own', () => {
  const first = idAt(NOW_MS, 60);
  expect(idAt(NOW_MS, 60, { invocation: another })).not.toBe(first);
  expect(idAt(NOW_MS, 60, { path: '/forge/other' })).not.toBe(first);
});

test('an id is what SQS takes: at most 128 letters and digits', () => {
  expect(idAt(NOW_MS, 60)).toMatch(/^[0-9a-f]{64}$/);
});
