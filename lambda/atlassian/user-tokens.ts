import { setBounded } from '../bounded-map';
import { createTokenBucket, type TokenBucket } from './token-bucket';

/** A token to act for a user. Never log it. */
export interface UserToken {
  readonly token: string;
  /** When it expires, in milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** Whom to act for, and where. */
export interface UserOfInstallation {
  /** The installation's uuid. */
  readonly installation: string;
  readonly accountId: string;
}

/** Tokens to act for users, and the pace at which new ones are asked for. */
export interface UserTokens {
  /** The cached token, or what `exchange` brings. Those who ask for the same user together share one exchange. */
  get(user: UserOfInstallation, exchange: () => Promise<UserToken>): Promise<string>;
  /** Drops the user's token when it is `refused`. */
  drop(user: UserOfInstallation, refused: string): void;
  /** Each exchange takes a place here, each try of it. */
  readonly bucket: TokenBucket;
}

export interface UserTokensOptions {
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /**
   * Exchanges a minute, beyond a burst of {@link BURST}. Atlassian's limit is 1,000 a minute for an app, over all its
   * installations (its documentation of Forge Remote), and an instance knows only what it does itself: with the default,
   * eight instances that exchange as fast as they can stay under the limit (8 × 120 = 960). Where more run at a time,
   * lower this, or the function's concurrency.
   *
   * @default 100
   */
  readonly exchangesPerMinute?: number;
}

/** A job that begins by acting for some users shouldn't wait for each. */
export const BURST = 20;

/** A request that starts with a token must be over before the token expires. */
const MARGIN_MS = 60_000;

/** Of a life so short that the margin would eat it up, four fifths are used. */
const MARGIN_SHARE = 0.2;

const MOST_TOKENS = 1_000;

/** Make one for a function instance, and hand it to each client: the cache and the pace are worth the more for it. */
export function createUserTokens({ now = Date.now, exchangesPerMinute = 100 }: UserTokensOptions = {}): UserTokens {
  const cached = new Map<string, { readonly token: string; readonly useUntilMs: number }>();
  const exchanges = new Map<string, Promise<string>>();

  function keep(key: string, { token, expiresAtMs }: UserToken): string {
    const lifeMs = expiresAtMs - now();
    const useUntilMs = expiresAtMs - Math.min(MARGIN_MS, lifeMs * MARGIN_SHARE);
    setBounded(cached, key, { token, useUntilMs }, MOST_TOKENS);
    return token;
  }

  return {
    async get(user, exchange) {
      const key = keyOf(user);
      const known = cached.get(key);
      if (known && now() < known.useUntilMs) return known.token;
      const running = exchanges.get(key);
      if (running) return running;
      const started = exchange()
        .then((token) => keep(key, token))
        .finally(() => exchanges.delete(key));
      exchanges.set(key, started);
      return started;
    },

    drop(user, refused) {
      const key = keyOf(user);
      if (cached.get(key)?.token === refused) cached.delete(key);
    },

    bucket: createTokenBucket({ perMinute: exchangesPerMinute, burst: BURST, now }),
  };
}

const keyOf = ({ installation, accountId }: UserOfInstallation) => `${installation}/${accountId}`;
