import { createTokenBucket } from '../../../lambda/atlassian/user-tokens';

function createBucket(options: { perMinute: number; burst: number }) {
  const clock = { nowMs: 5_000 };
  return { clock, bucket: createTokenBucket({ ...options, now: () => clock.nowMs }) };
}

test('a burst passes at once, and then one after the other', () => {
  const { bucket } = createBucket({ perMinute: 60, burst: 3 });
  expect(Array.from({ length: 6 }, () => bucket.take())).toEqual([0, 0, 0, 1_000, 2_000, 3_000]);
});

test('time makes room, up to the burst', () => {
  const { bucket, clock } = createBucket({ perMinute: 60, burst: 2 });
  bucket.take();
  bucket.take();
  clock.nowMs += 500;
  expect(bucket.take()).toBe(500);
  clock.nowMs += 3_600_000;
  expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 1_000]);
});

test('a place that is given back is free again', () => {
  const { bucket } = createBucket({ perMinute: 60, burst: 1 });
  bucket.take();
  expect(bucket.take()).toBe(1_000);
  bucket.giveBack();
  expect(bucket.take()).toBe(1_000);
});

test('in any minute, at most so many as a minute brings and a burst pass', () => {
  const { bucket, clock } = createBucket({ perMinute: 100, burst: 20 });
  const endMs = clock.nowMs + 10 * 60_000;
  const startedAtMs: number[] = [];
  while (clock.nowMs < endMs) {
    clock.nowMs += bucket.take();
    startedAtMs.push(clock.nowMs);
  }
  const inMinuteFrom = (fromMs: number) => startedAtMs.filter((ms) => ms >= fromMs && ms < fromMs + 60_000).length;
  expect(Math.max(...startedAtMs.map(inMinuteFrom))).toBeLessThanOrEqual(120);
  expect(startedAtMs.length).toBeGreaterThan(1_000);
});
