import type { Invocation } from './invocation';

/** A token is kept in mind until it could no longer pass anyhow. Far more than arrive in its 25 s. */
const MOST_TOKENS = 10_000;

/** Invocation tokens that were accepted by this instance: each works once. */
export interface SeenTokens {
  has(invocation: Invocation): boolean;
  /** To be told once the call was carried out: one that failed may come again. */
  add(invocation: Invocation): void;
}

/** @param now the time in milliseconds since 1970 */
export function createSeenTokens(now: () => number, clockSkewSeconds: number): SeenTokens {
  const untilSeconds = new Map<string, number>();
  return {
    has: ({ tokenId }) => untilSeconds.has(tokenId),
    add({ tokenId, expiresAtSeconds }) {
      // Oldest first, which is the order of expiry as well, since all live equally long.
      for (const [id, until] of untilSeconds) {
        if (until > now() / 1000 && untilSeconds.size < MOST_TOKENS) break;
        untilSeconds.delete(id);
      }
      untilSeconds.set(tokenId, expiresAtSeconds + clockSkewSeconds);
    },
  };
}
