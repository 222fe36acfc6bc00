import { randomBytes } from 'node:crypto';

/** The context of a user token: a site, by product and cloud id. */
const SITE_ARI = /^ari:cloud:(?:jira|confluence)::site\/([0-9a-f-]{36})$/;

/** Tokens with which the app acts for an offline user. */
export interface UserTokens {
  /** Issues a token for a user at a site. */
  issue(userId: string, cloudId: string): { readonly token: string; readonly ttl: number };
  /** The token's user, if it is valid at this site now. */
  userOf(token: string, cloudId: string): string | undefined;
}

/** @param lifeSeconds lifetime of a token. @param now milliseconds since 1970 */
export function createUserTokens(lifeSeconds: number, now: () => number): UserTokens {
  const issued = new Map<string, { readonly userId: string; readonly cloudId: string; readonly expiresAtMs: number }>();
  return {
    issue(userId, cloudId) {
      const token = `user-${randomBytes(24).toString('base64url')}`;
      issued.set(token, { userId, cloudId, expiresAtMs: now() + lifeSeconds * 1000 });
      return { token, ttl: lifeSeconds };
    },
    userOf(token, cloudId) {
      const found = issued.get(token);
      return found && found.cloudId === cloudId && found.expiresAtMs > now() ? found.userId : undefined;
    },
  };
}

/** The content of a request for a user token. */
export interface UserTokenInput {
  readonly contextIds: readonly string[];
  readonly userId: string;
}

/** The input in the variables of a GraphQL request; `undefined` if there is none. */
export function readInput(body: unknown): UserTokenInput | undefined {
  const { query, variables } = record(body);
  const { contextIds, userId } = record(record(variables).input);
  if (typeof query !== 'string' || !query.includes('offlineUserAuthToken')) return undefined;
  if (typeof userId !== 'string' || !Array.isArray(contextIds)) return undefined;
  return { contextIds: contextIds.map(String), userId };
}

/** The site of the contexts, which must be exactly one. */
export function siteOf({ contextIds: [first = '', ...others] }: UserTokenInput): string | undefined {
  return others.length === 0 ? SITE_ARI.exec(first)?.[1] : undefined;
}

/** The answer if no token is issued, with the message of Atlassian's gateway. */
export const noPermissions = ({ contextIds }: UserTokenInput) => ({
  success: false,
  errors: [
    { message: `Could not load permissions for app user in the provided contextIds of [${contextIds.join(', ')}]` },
  ],
  authToken: null,
});

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
