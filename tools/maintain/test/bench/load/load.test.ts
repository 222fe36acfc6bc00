import { GENUINE, KINDS } from '../../../bench/load/calls';
import { loadGoals } from '../../../bench/load/goals';
import { type LoadFigures, measureLoad } from '../../../bench/load/measure';
import { MemoryWatch } from '../../../bench/load/memory';

const OPTIONS = { seconds: 60, deliveries: 200, connections: 4, processes: 2, installations: 5, keyServerMs: 200 };

const unmet = (figures: LoadFigures) => loadGoals(figures).flatMap(({ what, met }) => (met ? [] : [what]));
/** A few calls are too few to tell whether memory is flat. */
const withoutMemory = (figures: LoadFigures): LoadFigures => ({ ...figures, earlyMb: 1, lateMb: 1 });

test('a short load answers every kind of request as it should be', async () => {
  const figures = await measureLoad(OPTIONS);
  expect(unmet(withoutMemory(figures))).toEqual([]);
  for (const kind of KINDS.filter((one) => one !== 'largeBody')) {
    const statuses = Object.keys(figures.answers[kind] ?? {}).map((says) => says.split(' ')[0]);
    const expected = GENUINE.has(kind) ? ['200'] : kind === 'unknownPath' ? ['404'] : ['401'];
    // A key that nobody published may be one that Forge has just made: how the first answer was, depends on the time.
    if (kind !== 'unknownKey') expect([kind, [...new Set(statuses)]]).toEqual([kind, expected]);
  }
  expect(Object.keys(figures.answers.unknownKey ?? {})).toContain('503 key-not-yet-known');
  const only503 = KINDS.filter((kind) =>
    Object.keys(figures.answers[kind] ?? {}).some((says) => says.startsWith('503')),
  );
  expect(only503).toEqual(['unknownKey']);
  expect(figures.earlyMb).toBeGreaterThan(10);
}, 60_000);

test('it notices when tokens are refused', async () => {
  const figures = await measureLoad({
    ...OPTIONS,
    deliveries: 30,
    before: ({ aws }) =>
      aws.intercept((call) =>
        call === 'secretsmanager.CreateSecret'
          ? { status: 400, code: 'AccessDeniedException', message: 'Broken on purpose.' }
          : undefined,
      ),
  });
  expect(unmet(withoutMemory(figures))).toEqual(['answers with 5xx, or none within 5 s']);
}, 60_000);

const GOOD: LoadFigures = {
  requests: 1,
  perSecond: 1,
  answers: {},
  serverErrors: 0,
  wrongAnswers: 0,
  lostTokens: 0,
  medianMs: 1,
  p99Ms: 1,
  keyServerRequests: 1,
  processes: 1,
  earlyMb: 100,
  lateMb: 110,
  tokensInLog: 0,
};

test.each([
  [{}, []],
  [{ serverErrors: 1 }, ['answers with 5xx, or none within 5 s']],
  [{ wrongAnswers: 1 }, ['genuine calls refused, or others accepted']],
  [{ lostTokens: 1 }, ['installations without their newest token']],
  [{ tokensInLog: 1 }, ['log lines with a token']],
  [{ lateMb: 112 }, ['memory, last quarter ÷ second quarter']],
  [{ earlyMb: Number.NaN }, ['memory, last quarter ÷ second quarter']],
])('%j misses %j', (change, missed) => {
  expect(unmet({ ...GOOD, ...change })).toEqual(missed);
});

test('memory is told of each process, early and late', () => {
  const memory = new MemoryWatch();
  expect(memory.read('{"message":"Accepted"}')).toBe(false);
  for (const megabytes of [1, 100, 100, 3, 5, 5, 120, 120]) {
    expect(memory.read(`{"message":"memory 1 ${megabytes * 2 ** 20}"}`)).toBe(true);
  }
  expect(memory.megabytes).toEqual({ early: 3, late: 120 });
});
