import { DAY_MS } from '../../../bench/scale/assumptions';
import { Timetable } from '../../../bench/scale/timetable';

const calls = (changes: Partial<ConstructorParameters<typeof Timetable>[0]> = {}) => [
  ...new Timetable({
    installations: 500,
    lived: 500,
    intervalMinutes: 60,
    seed: 1,
    burstSeconds: 60,
    ...changes,
  }).calls(),
];

test('each installation is called once an interval, at its own moment', () => {
  const firsts = calls().filter(({ isRetry }) => !isRetry);
  expect(firsts).toHaveLength(500 * 24);
  const mine = firsts.filter(({ installation }) => installation === 7).map(({ atMs }) => atMs);
  expect(new Set(mine.map((atMs) => atMs % 3_600_000)).size).toBe(1);
});

test('calls come in order, and in all minutes of the interval', () => {
  const all = calls();
  expect(all.map(({ atMs }) => atMs)).toEqual(all.map(({ atMs }) => atMs).sort((one, other) => one - other));
  expect(new Set(all.map(({ atMs }) => Math.floor(atMs / 60_000) % 60)).size).toBe(60);
  expect(all.every(({ atMs }) => atMs < DAY_MS)).toBe(true);
});

test('some calls come twice, and some again a minute later', () => {
  const all = calls();
  const twice = all.filter(({ copies }) => copies === 2).length;
  expect(twice / all.length).toBeCloseTo(0.01, 2);
  const [retry] = all.filter(({ isRetry }) => isRetry);
  const before = all.filter(({ installation, atMs }) => installation === retry?.installation && atMs < retry.atMs);
  expect((retry?.atMs ?? 0) - (before.at(-1)?.atMs ?? 0)).toBe(60_000);
});

test('a burst is the first seconds of each minute', () => {
  expect(calls({ burstSeconds: 2 }).every(({ atMs }) => atMs % 60_000 < 2_000)).toBe(true);
});
