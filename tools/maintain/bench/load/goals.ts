import type { LoadFigures } from './measure';

/** Memory is flat when the last quarter needs no more than so much of the second one. */
const MOST_MEMORY_GROWTH = 1.1;

export interface Goal {
  readonly what: string;
  readonly value: number;
  readonly most: number;
  readonly met: boolean;
}

/** What a load must not do. */
export function loadGoals(figures: LoadFigures): Goal[] {
  const { serverErrors, wrongAnswers, lostTokens, tokensInLog, earlyMb, lateMb } = figures;
  const growth = Math.round((100 * lateMb) / earlyMb) / 100;
  const goals: [what: string, value: number, most: number][] = [
    ['answers with 5xx, or none within 5 s', serverErrors, 0],
    ['genuine calls refused, or others accepted', wrongAnswers, 0],
    ['installations without their newest token', lostTokens, 0],
    ['log lines with a token', tokensInLog, 0],
    ['memory, last quarter ÷ second quarter', growth, MOST_MEMORY_GROWTH],
  ];
  // A value that isn't a number, as when nothing was measured, meets no goal.
  return goals.map(([what, value, most]) => ({ what, value, most, met: value <= most }));
}
