import { setTimeout as delay } from 'node:timers/promises';
import type { TokenSource } from '../slots/token-source';
import { quote } from '../values';
import { apiUrl } from './api-url';
import { createDeadline } from './deadline';
import { exchangeUserToken, graphqlUrl } from './exchange';
import { isIdempotent } from './retry-policy';
import { type Access, type Call, pause, sendAuthorized, type Transport } from './send';
import { createUserTokens, type UserTokens } from './user-tokens';

/**
 * Sends a request to Atlassian's API, as the global `fetch` does.
 *
 * - It retries up to 3 times: after 429 when `Retry-After` says, up to a minute later; after 5xx and broken connections with
 *   growing pauses. A request that may have been carried out is sent again only if its method is idempotent.
 * - It returns redirects and doesn't follow them: their targets must not get the token.
 * - It replaces an `authorization` header of yours.
 *
 * @param path after the installation's API base URL, such as `/wiki/api/v2/spaces?limit=25`
 * @throws {PathNotAllowed} when the path leads out of the API base URL
 * @throws {AtlassianUnauthorized} 401 to the newest token. The message names the usual causes
 * @throws {AtlassianForbidden} 403. The message names the usual causes
 * @throws {AtlassianUnreachable} when no answer came
 * @throws {DeadlineExceeded} when the time is over, or too short for a pause
 * @throws {TokenError} when there is no valid token
 */
export type ApiFetch = (path: string, init?: RequestInit) => Promise<Response>;

/** Atlassian's API, for one installation. */
export interface Atlassian {
  /** Calls as the app. */
  readonly fetch: ApiFetch;
  /**
   * Calls for an absent user, with the rights that both the user and the app have. `fetch` then also throws
   * `UserTokenRefused` or `SiteUnknown`.
   *
   * @param accountId the user's Atlassian account id
   */
  asUser(accountId: string): { readonly fetch: ApiFetch };
}

export interface AtlassianOptions {
  /** The installation's uuid. */
  readonly installation: string;
  readonly tokens: TokenSource;
  /** Of this function instance. @default - this client's own, which doesn't know other clients' exchanges */
  readonly userTokens?: UserTokens;
  /** When all requests must be done, in milliseconds since 1970. @default - never */
  readonly deadlineMs?: number;
  /** @default the global fetch */
  readonly fetch?: typeof fetch;
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Waits so many milliseconds; rejects when the signal aborts. @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Between 0 and 1, for the jitter of pauses. @default Math.random */
  readonly random?: () => number;
}

/** Creates a client for one installation. It reads and sends nothing before its first use. */
export function createAtlassian(options: AtlassianOptions): Atlassian {
  const { installation, tokens, now = Date.now } = options;
  const userTokens = options.userTokens ?? createUserTokens({ now });
  const transport: Transport = {
    fetch: options.fetch ?? fetch,
    now,
    sleep: options.sleep ?? ((ms, signal) => delay(ms, undefined, { signal })),
    random: options.random ?? Math.random,
    deadline: createDeadline(options.deadlineMs, now),
  };

  const app: Access = {
    actor: 'app',
    bearer: () => tokens.get(installation),
    drop: (token) => tokens.invalidate(installation, token),
  };

  const user = (accountId: string): Access => ({
    actor: 'user',
    async bearer() {
      const { apiBaseUrl } = await tokens.get(installation);
      const token = await userTokens.get({ installation, accountId }, () => exchange(accountId));
      return { token, apiBaseUrl };
    },
    drop: (token) => userTokens.drop({ installation, accountId }, token),
  });

  async function exchange(accountId: string) {
    const send = (init: RequestInit) =>
      sendAuthorized(
        {
          method: 'POST',
          url: graphqlUrl,
          init,
          // No caller's own signal: others may wait for this exchange, too.
          signal: transport.deadline.signal,
          repeatable: true,
          beforeTry: waitForPlace,
        },
        app,
        transport,
      );
    return exchangeUserToken(accountId, await tokens.get(installation), send, now);
  }

  async function waitForPlace(): Promise<void> {
    const waitMs = userTokens.bucket.take();
    if (waitMs === 0) return;
    const reason = "an exchange for a user's token waits because of Atlassian's limit of 1,000 a minute";
    await pause(waitMs, reason, transport.deadline.signal, transport).catch((error) => {
      userTokens.bucket.giveBack();
      throw error;
    });
  }

  const fetchWith =
    (access: Access): ApiFetch =>
    (path, init = {}) =>
      sendAuthorized(callOf(path, init, transport), access, transport);

  return {
    fetch: fetchWith(app),

    asUser(accountId) {
      if (typeof accountId !== 'string' || accountId.trim() === '') {
        throw new RangeError(`${quote(accountId)} is not an account id. Pass the accountId of a user of the site.`);
      }
      return { fetch: fetchWith(user(accountId)) };
    },
  };
}

function callOf(path: string, init: RequestInit, { deadline }: Transport): Call {
  const method = (init.method ?? 'GET').toUpperCase();
  return {
    method,
    url: (apiBaseUrl) => apiUrl(apiBaseUrl, path),
    init,
    signal: init.signal ? AbortSignal.any([init.signal, deadline.signal]) : deadline.signal,
    repeatable: isIdempotent(method),
  };
}
