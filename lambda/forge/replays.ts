import { Refusal } from '../refusal';
import type { Invocation } from './invocation';

/** A token is kept in mind until it could no longer pass anyhow. Far more than arrive in its 25 s. */
const MOST_TOKENS = 10_000;

/** Invocation tokens that this instance has accepted: each works once. Other instances don't know of them. */
export interface Replays {
  /**
   * Whether this call came before.
   *
   * @param use all that the call's effect depends on, beside the invocation: its path and its system token
   * @throws {Refusal} `replay-conflict` when its invocation token came before for another use: one of the two is a
   * thief's. The genuine one must hear of it, so that Forge delivers again
   */
  has(invocation: Invocation, use: readonly unknown[]): Promise<boolean>;
  /** To be told once the call was carried out: one that failed may come again. */
  add(invocation: Invocation, use: readonly unknown[]): void;
}

/** @param now the time in milliseconds since 1970 */
export function createReplays(now: () => number, clockSkewSeconds: number): Replays {
  const seen = new Map<string, { readonly untilSeconds: number; readonly use: Promise<string> }>();
  return {
    async has({ tokenId }, use) {
      const before = seen.get(tokenId);
      if (before && (await before.use) !== (await hash(use))) {
        throw new Refusal('replay-conflict', 'The invocation token was accepted before, with something else.');
      }
      return before !== undefined;
    },

    add({ tokenId, expiresAtSeconds }, use) {
      // Oldest first, which is the order of expiry as well, since all live equally long.
      for (const [id, { untilSeconds }] of seen) {
        if (untilSeconds > now() / 1000 && seen.size < MOST_TOKENS) break;
        seen.delete(id);
      }
      // The hash isn't waited for: the answer doesn't need it.
      seen.set(tokenId, { untilSeconds: expiresAtSeconds + clockSkewSeconds, use: hash(use) });
    },
  };
}

/** With WebCrypto, which verifying has loaded already. */
async function hash(use: readonly unknown[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(JSON.stringify(use)));
  return Buffer.from(digest).toString('base64');
}
