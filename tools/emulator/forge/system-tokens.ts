import { randomBytes, randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';

const HOUR_MS = 3_600_000;
/** Lifetime of a system token, and the minimum that is left at delivery (Atlassian's documentation of Forge Remote). */
const LIFE_MS = 4 * HOUR_MS;
const LEAST_LEFT_MS = 2 * HOUR_MS;

/** Issues system tokens like Forge: the same one repeatedly, until too little of its lifetime is left. */
export interface SystemTokens {
  /** The token to deliver for `installation`. */
  current(installation: string): Promise<string>;
  /** The next delivery has a new token. */
  rotate(): void;
  /** Whether `token` is valid for `installation`: issued for it, and not expired. A newer token doesn't end it. */
  isValid(token: string, installation: string): Promise<boolean>;
}

/** @param now milliseconds since 1970 */
export function createSystemTokens(now: () => number): SystemTokens {
  const issued = new Map<string, { readonly token: string; readonly expiresAtMs: number }>();
  const lastExpirySeconds = new Map<string, number>();
  const secret = randomBytes(32);

  return {
    async current(installation) {
      const cached = issued.get(installation);
      if (cached && cached.expiresAtMs - now() >= LEAST_LEFT_MS) return cached.token;
      const expirySeconds = Math.floor((now() + LIFE_MS) / 1000);
      // Each second has at most one token, so that it is clear which one is newer.
      const expiresAtMs = 1000 * (expirySeconds + (lastExpirySeconds.get(installation) === expirySeconds ? 1 : 0));
      lastExpirySeconds.set(installation, expiresAtMs / 1000);
      const token = await new SignJWT({ sub: installation, jti: randomUUID() })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime(expiresAtMs / 1000)
        .sign(secret);
      issued.set(installation, { token, expiresAtMs });
      return token;
    },
    rotate: () => issued.clear(),
    async isValid(token, installation) {
      try {
        await jwtVerify(token, secret, { subject: installation, currentDate: new Date(now()) });
        return true;
      } catch {
        return false;
      }
    },
  };
}
