import { setTimeout } from 'node:timers/promises';
import type { InstallationContext } from '../contract/slot';
import { quote, setBounded } from '../values';
import type { SlotReader } from './slot-content';
import { SlotBoundElsewhere, SlotEmpty, SlotUnreadable, TokenExpired } from './token-errors';

/** A valid app system token, and where it may be used. Never log it. */
export interface AppToken {
  /** A bearer token for {@link apiBaseUrl}. */
  readonly token: string;
  /** When the token expires, in milliseconds since 1970. */
  readonly expiresAtMs: number;
  /** The installation's ARI. */
  readonly installationId: string;
  /** Base URL of Atlassian's API for this installation. */
  readonly apiBaseUrl: string;
  /** Sites and workspaces of the installation. Empty in slots that were written before they were kept. */
  readonly contexts: readonly InstallationContext[];
}

/** Valid app system tokens, by installation. */
export interface TokenSource {
  /**
   * A valid token for the installation with this uuid. Mostly without a call: the slot is read once per token that Forge
   * brings.
   *
   * @throws {SlotEmpty} when no token was ever stored, or the slot is gone
   * @throws {TokenExpired} when the newest token is too old
   * @throws {SlotBoundElsewhere} when the slot is another installation's
   * @throws {SlotUnreadable} when the slot's service doesn't give the value
   * @throws {SlotMalformed} when the receiver didn't write the slot
   * @throws {RangeError} when `installationUuid` is not a uuid in lower case
   */
  get(installationUuid: string): Promise<AppToken>;
  /**
   * Call it when Atlassian answered 401 to this token: the next `get` reads the slot again, since Forge may have rotated
   * the token. It does nothing when a newer token is known, or when the slot was read again for this token just now.
   */
  invalidate(installationUuid: string, refusedToken: string): void;
}

export interface TokenSourceOptions {
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /**
   * Remaining life at which a newer token is looked for, in milliseconds. It covers the longest request to Atlassian with
   * all its retries (some three minutes), and clocks that differ. Forge rotates a token 2 h before it expires, so only late
   * deliveries come to this.
   *
   * @default 5 minutes
   */
  readonly marginMs?: number;
  /**
   * Pauses before further reads of a slot without a valid token of the installation, in milliseconds: the service may lag
   * behind the last write. The worker passes {@link SETTLING_MS}.
   *
   * @default none
   */
  readonly settlingMs?: readonly number[];
  /** Waits so many milliseconds. @default by the clock */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** For reads right after the call that filled the slot. As far as is known, AWS lags by a second at most. */
export const SETTLING_MS = [250, 500, 1_000, 2_000];

const MINUTE_MS = 60_000;

export const DEFAULT_MARGIN_MS = 5 * MINUTE_MS;

/** Forge's deliveries are minutes apart: reading again sooner costs calls and finds nothing new. */
export const PAUSE_MS = 30_000;

/** Each takes a few kilobytes. An instance seldom works for more. */
export const MOST_INSTALLATIONS = 1_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Reads valid tokens from slots. Make one for each function instance: its cache saves calls.
 *
 * @param reader of the slots, by `createSlotReader`
 */
export function createTokenSource(reader: SlotReader, options: TokenSourceOptions = {}): TokenSource {
  const { now = Date.now, marginMs = DEFAULT_MARGIN_MS, settlingMs = [], sleep = setTimeout } = options;
  const caches = new Map<string, TokenCache>();

  function cacheFor(installation: string): TokenCache {
    const known = caches.get(installation);
    if (known) return known;
    const read = () => readSettled(() => readTokenOf(installation, reader), now, { settlingMs, sleep });
    const cache = createTokenCache({ slot: reader.idOf(installation), read, now, marginMs, pauseMs: PAUSE_MS });
    setBounded(caches, installation, cache, MOST_INSTALLATIONS);
    return cache;
  }

  return {
    async get(installationUuid) {
      // The uuid becomes part of a slot's name.
      if (!UUID.test(installationUuid)) {
        throw new RangeError(
          `${quote(installationUuid)} is not an installation's uuid. Pass the part after "installation/" of its ARI.`,
        );
      }
      return cacheFor(installationUuid).get();
    },

    invalidate(installationUuid, refusedToken) {
      caches.get(installationUuid)?.invalidate(refusedToken);
    },
  };
}

/** Reads until there is a valid token, or the pauses are over. */
async function readSettled(
  read: () => Promise<AppToken>,
  now: () => number,
  { settlingMs, sleep }: Required<Pick<TokenSourceOptions, 'settlingMs' | 'sleep'>>,
): Promise<AppToken> {
  for (const pauseMs of settlingMs) {
    try {
      const token = await read();
      if (token.expiresAtMs > now()) return token;
    } catch (error) {
      if (!(error instanceof SlotEmpty || error instanceof SlotBoundElsewhere)) throw error;
    }
    await sleep(pauseMs);
  }
  return read();
}

async function readTokenOf(installation: string, reader: SlotReader): Promise<AppToken> {
  const { installation: holder, ...token } = await reader.read(installation);
  if (holder !== installation) {
    throw new SlotBoundElsewhere(reader.idOf(installation), installation, holder, new Date(token.expiresAtMs));
  }
  return token;
}

/** The token of one slot, read only when necessary. */
export interface TokenCache {
  get(): Promise<AppToken>;
  /** Drops the token when it is `refused`, so that the next `get` reads the slot. */
  invalidate(refused: string): void;
}

interface TokenCacheOptions {
  /** Name of the slot, for errors. */
  readonly slot: string;
  /** One read of the slot. */
  readonly read: () => Promise<AppToken>;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** Remaining life at which a newer token is looked for, in milliseconds. */
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
    // Read again when the token expires, even within the pause: a newer one may have come.
    const soonMs = isValid(token) ? Math.min(afterPauseMs, token.expiresAtMs) : afterPauseMs;
    cached = { token, readAgainAtMs: Math.max(token.expiresAtMs - marginMs, soonMs) };
    return token;
  }

  async function readAndKeep(): Promise<AppToken> {
    try {
      return keep(await read());
    } catch (error) {
      // A failed read doesn't make a valid token invalid.
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
      // Many refused calls together cause one read.
      if (lastRefused?.token === refused && now() - lastRefused.atMs < pauseMs) return;
      lastRefused = { token: refused, atMs: now() };
      cached = undefined;
    },
  };
}
