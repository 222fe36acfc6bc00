/** Spreads uses over time: some at once, and then so many a minute. */
export interface TokenBucket {
  /** Takes the next free place, and says how long to wait for it, in milliseconds. */
  take(): number;
  /** Gives a place back that was taken and won't be used. */
  giveBack(): void;
}

export interface TokenBucketOptions {
  readonly perMinute: number;
  /** Uses at once after a while of none. */
  readonly burst: number;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
}

/** In any minute it lets `perMinute + burst` uses pass at most. */
export function createTokenBucket({ perMinute, burst, now }: TokenBucketOptions): TokenBucket {
  const msEach = 60_000 / perMinute;
  /** Below zero: so many wait for their turn. */
  let places = burst;
  let countedAtMs = now();

  return {
    take() {
      const nowMs = now();
      places = Math.min(burst, places + (nowMs - countedAtMs) / msEach);
      countedAtMs = nowMs;
      places -= 1;
      return places >= 0 ? 0 : Math.ceil(-places * msEach);
    },

    giveBack() {
      places += 1;
    },
  };
}
