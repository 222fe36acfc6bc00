/** What is left of a token's life when Forge delivers it, at the least, in minutes (Forge's documentation). */
export const LEAST_DELIVERED_MINUTES = 120;

/** The longest life of a token, in minutes (Forge's documentation). */
export const LONGEST_LIFE_MINUTES = 240;

/**
 * System tokens as Forge hands them out: the same one again and again, until too little of its life is left. Times are
 * minutes of the simulated time.
 */
export class Tokens {
  private readonly expiries: Int32Array;

  /**
   * @param lives how long a token of each installation lives when Forge makes it
   * @throws {RangeError} for a life that Forge doesn't make
   */
  constructor(private readonly lives: readonly number[]) {
    const wrong = lives.find((life) => life < LEAST_DELIVERED_MINUTES || life > LONGEST_LIFE_MINUTES);
    if (wrong !== undefined) throw new RangeError(`A token's life is 120 to 240 minutes, not ${wrong}.`);
    this.expiries = new Int32Array(lives.length);
  }

  /** When the token that is delivered now expires. */
  deliver(installation: number, minute: number): number {
    const cached = this.expiries[installation] ?? 0;
    if (cached - minute >= LEAST_DELIVERED_MINUTES) return cached;
    const expiry = minute + (this.lives[installation] ?? LONGEST_LIFE_MINUTES);
    this.expiries[installation] = expiry;
    return expiry;
  }
}
