import { CONTESTANTS, forEachContestant } from '../../../bench/cold/contestants';
import { formatCold } from '../../../bench/cold/format';
import { goal } from '../../../bench/cold/goals';
import type { ColdFigures } from '../../../bench/cold/measure';

const times = (floor: number) => forEachContestant((contestant) => floor * (CONTESTANTS.indexOf(contestant) + 1));
const FIGURES: ColdFigures = {
  runtime: 'a runtime',
  options: { runs: 20, keyServerMs: 40, awsMs: 15 },
  medianMs: {
    'wrong audience': times(100),
    'bad signature': times(110),
    'first token': times(120),
    'next token': times(130),
  },
  warm: { oursMicros: 150, verifyOnlyMicros: 100 },
  goals: [goal('ratio', 2, 1.15), goal('size', 39.96, 40, 'KB'), goal('calls', 0, 0, 'calls')],
};

test('a goal is met up to its limit, and a figure that is none meets no goal', () => {
  expect(goal('', 1.15, 1.15).met).toBe(true);
  expect(goal('', 1.1501, 1.15).met).toBe(false);
  expect(goal('', Number.NaN, 1.15).met).toBe(false);
});

test('the table has the medians, and next to each figure its goal', () => {
  expect(formatCold(FIGURES)).toMatchInlineSnapshot(`
"Cold: milliseconds from the start of the process to the answer, medians of 20
Run by a runtime; the key server takes 40 ms, AWS 15 ms, both over TLS
                  floor  floor, swaps  ours  aws-jwt-verify  aws-jwt-verify, swaps  jsonwebtoken  jsonwebtoken, swaps
  wrong audience    100           200   300             400                    500           600                  700
  bad signature     110           220   330             440                    550           660                  770
  first token       120           240   360             480                    600           720                  840
  next token        130           260   390             520                    650           780                  910

Warm: accepted and unchanged 150 µs, of which verifying with jose alone 100 µs

Goals
  ratio     2.00  at most 1.15  ✗ not met
  size   40.0 KB    at most 40          ✓
  calls  0 calls     at most 0          ✓"
`);
});
