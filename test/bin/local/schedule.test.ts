import { createTokenPace } from '../../../bin/local/schedule';

const HOUR_MS = 5_000;
const DAY_MS = 86_400_000;

/** When there was a new token, in a run that is up for two days. */
function newTokens(): number[] {
  let nowMs = 0;
  const hasNewToken = createTokenPace(() => nowMs);
  const times: number[] = [];
  for (; nowMs < 2 * DAY_MS; nowMs += HOUR_MS) if (hasNewToken()) times.push(nowMs);
  return times;
}

test('the first day of tokens comes every second accelerated hour', () => {
  expect(newTokens().slice(0, 12)).toEqual(Array.from({ length: 12 }, (_, index) => (index + 1) * 2 * HOUR_MS));
});

test("a run that is up all day stays below Secrets Manager's 100 versions in 24 hours", () => {
  const times = newTokens();
  const most = Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + DAY_MS).length));
  expect(most).toBeGreaterThan(50);
  expect(most).toBeLessThan(90);
});
