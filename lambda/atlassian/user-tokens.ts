import { setBounded } from '../values';

/** A token to act for a user. Never log it. */
export interface UserToken {
  readonly token: string;
  /** When it expires, in milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** The user to act for, and the installation. */
interface UserOfInstallation {
  /** The installation's uuid. */
  readonly installation: string;
  readonly accountId: string;
}

/** Tokens to act for users, and the rate of new ones. */
export interface UserTokens {
  /** The cached token, or the one that `exchange` brings. Simultaneous calls for a user share one exchange. */
  get(user: UserOfInstallation, exchange: () => Promise<UserToken>): Promise<string>;
  /** Drops the user's token if it is the `refused` one. */
  drop(user: UserOfInstallation, refused: string): void;
  /** Each try of an exchange takes a place in it. */
  readonly bucket: TokenBucket;
}

export interface UserTokensOptions {
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /**
   * Exchanges a minute, beyond a burst of {@link BURST}. Atlassian's limit is 1,000 a minute for all installations of an app
   * (its documentation of Forge Remote), and an instance knows only its own exchanges. With the default, eight busy
   * instances stay under the limit (8 × 120 = 960). If more run at a time, lower this or the function's concurrency.
   *
   * @default 100
   */
  readonly exchangesPerMinute?: number;
}

/** Exchanges at once: a job that starts with several users shouldn't wait for each. */
export const BURST = 20;

/** A request that starts with a token must be over before the token expires. */
const MARGIN_MS = 60_000;

/** A token with a life too short for the margin is used for four fifths of it. */
const MARGIN_SHARE = 0.2;

const MOST_TOKENS = 1_000;

/** Make one for each function instance, and pass it to all clients: they share the cache and the rate. */
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

/** Limits a rate: a burst at once, then a number of uses a minute. */
interface TokenBucket {
  /** Takes the next free place. @returns how long to wait for it, in milliseconds */
  take(): number;
  /** Gives back an unused place. */
  giveBack(): void;
}

interface TokenBucketOptions {
  readonly perMinute: number;
  /** Uses at once, after a time without any. */
  readonly burst: number;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
}

/** Allows at most `perMinute + burst` uses in any minute. */
export function createTokenBucket({ perMinute, burst, now }: TokenBucketOptions): TokenBucket {
  const msEach = 60_000 / perMinute;
  /** Below zero: the number of waiting uses. */
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
