import type { AppToken } from './app-token';
import { SlotUnreadable, TokenExpired } from './token-errors';

/** The token of one slot, read when it must be and no more often. */
export interface TokenCache {
  get(): Promise<AppToken>;
  /** Drops the token when it is `refused`, so that the next `get` reads the slot. */
  invalidate(refused: string): void;
}

export interface TokenCacheOptions {
  /** What the slot is called in errors. */
  readonly slot: string;
  /** One read of the slot. */
  readonly read: () => Promise<AppToken>;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** Life left from which a newer token is looked for, in milliseconds. */
  readonly marginMs: number;
  /** Least time between two reads that find the same token, in milliseconds. */
  readonly pauseMs: number;
}

/** A cache for one slot. Nothing is read until it is asked for. */
export function createTokenCache({ slot, read, now, marginMs, pauseMs }: TokenCacheOptions): TokenCache {
  let cached: { readonly token: AppToken; readonly readAgainAtMs: number } | undefined;
  let reading: Promise<AppToken> | undefined;
  let lastRefused: { readonly token: string; readonly atMs: number } | undefined;

  const isValid = ({ expiresAtMs }: AppToken) => expiresAtMs > now();

  function requireValid(token: AppToken): AppToken {
    if (isValid(token)) return token;
    throw new TokenExpired(slot, new Date(token.expiresAtMs));
  }

  function keep(token: AppToken): AppToken {
    const afterPauseMs = now() + pauseMs;
    // A token's last second is worth a read, even within the pause: a newer one may have come.
    const soonMs = isValid(token) ? Math.min(afterPauseMs, token.expiresAtMs) : afterPauseMs;
    cached = { token, readAgainAtMs: Math.max(token.expiresAtMs - marginMs, soonMs) };
    return token;
  }

  async function readAndKeep(): Promise<AppToken> {
    try {
      return keep(await read());
    } catch (error) {
      // Trouble on the way to the slot says nothing against a token that is still good.
      if (error instanceof SlotUnreadable && cached && isValid(cached.token)) return keep(cached.token);
      cached = undefined;
      throw error;
    }
  }

  return {
    async get() {
      if (cached && now() < cached.readAgainAtMs) return requireValid(cached.token);
      reading ??= readAndKeep().finally(() => {
        reading = undefined;
      });
      return requireValid(await reading);
    },

    invalidate(refused) {
      if (cached?.token.token !== refused) return;
      // Many calls that are refused together cause one read, not one each.
      if (lastRefused?.token === refused && now() - lastRefused.atMs < pauseMs) return;
      lastRefused = { token: refused, atMs: now() };
      cached = undefined;
    },
  };
}
