import { quote } from '../refusal';
import type { AppToken } from './app-token';
import { setBounded } from './bounded-map';
import type { SlotReader } from './slot-content';
import { createTokenCache, type TokenCache } from './token-cache';
import { SlotBoundElsewhere } from './token-errors';

export type { AppToken } from './app-token';

/** Valid app system tokens, by installation. */
export interface TokenSource {
  /**
   * A token that has not expired, for the installation with this uuid. Mostly without a call: the slot is read once
   * for each token that Forge brings.
   *
   * @throws {SlotEmpty} when no token was ever stored, or the slot is gone
   * @throws {TokenExpired} when the newest token is too old
   * @throws {SlotBoundElsewhere} when the slot is another installation's
   * @throws {SlotUnreadable} when the service that it is in doesn't give the value
   * @throws {SlotMalformed} when somebody else than the receiver wrote it
   * @throws {RangeError} when `installationUuid` is not a uuid in lower case
   */
  get(installationUuid: string): Promise<AppToken>;
  /**
   * Tells that Atlassian answered 401 to this token: the next `get` reads the slot again, since a rotation may have
   * happened. Without effect when a newer token is known already, or when this one was refused and read again just now.
   */
  invalidate(installationUuid: string, refusedToken: string): void;
}

export interface TokenSourceOptions {
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /**
   * Life left from which a newer token is looked for, in milliseconds. It covers the longest that one request to
   * Atlassian takes with all its retries (some three minutes), and clocks that differ. Forge rotates a token while it has
   * 2 h left, so a margin is reached only when deliveries are late.
   *
   * @default 5 minutes
   */
  readonly marginMs?: number;
}

const MINUTE_MS = 60_000;

export const DEFAULT_MARGIN_MS = 5 * MINUTE_MS;

/** Forge's deliveries are minutes apart: reading an old token again sooner costs calls and finds nothing. */
export const PAUSE_MS = 30_000;

/** Each is a few kilobytes; an instance seldom works for so many. */
export const MOST_INSTALLATIONS = 1_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Reads valid tokens out of slots. Make one for a function instance: what it remembers saves calls.
 *
 * @param reader of the slots, by `createSlotReader`
 */
export function createTokenSource(
  reader: SlotReader,
  { now = Date.now, marginMs = DEFAULT_MARGIN_MS }: TokenSourceOptions = {},
): TokenSource {
  const caches = new Map<string, TokenCache>();

  function cacheFor(installation: string): TokenCache {
    const known = caches.get(installation);
    if (known) return known;
    const read = () => readTokenOf(installation, reader);
    const cache = createTokenCache({ slot: reader.idOf(installation), read, now, marginMs, pauseMs: PAUSE_MS });
    setBounded(caches, installation, cache, MOST_INSTALLATIONS);
    return cache;
  }

  return {
    async get(installationUuid) {
      // It becomes part of a slot's name.
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

async function readTokenOf(installation: string, reader: SlotReader): Promise<AppToken> {
  const { installation: holder, ...token } = await reader.read(installation);
  if (holder !== installation) {
    throw new SlotBoundElsewhere(reader.idOf(installation), installation, holder, new Date(token.expiresAtMs));
  }
  return token;
}
