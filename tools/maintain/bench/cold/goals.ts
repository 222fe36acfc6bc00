/** A figure that should be at most so much, as a ratio or in a unit of its own. */
export interface Goal {
  readonly what: string;
  readonly value: number;
  readonly atMost: number;
  readonly unit: '' | 'KB' | 'calls';
  readonly met: boolean;
}

export const goal = (what: string, value: number, atMost: number, unit: Goal['unit'] = ''): Goal => ({
  what,
  value,
  atMost,
  unit,
  met: value <= atMost,
});
