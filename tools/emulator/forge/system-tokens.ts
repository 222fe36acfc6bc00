import { randomBytes, randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';

const HOUR_MS = 3_600_000;
/** Life of a system token, and the least that a delivered one has left (Atlassian's documentation of Forge Remote). */
const LIFE_MS = 4 * HOUR_MS;
const LEAST_LEFT_MS = 2 * HOUR_MS;

/** System tokens as Forge hands them out: the same one again and again, until too little of its life is left. */
export interface SystemTokens {
  /** The token of `installation` that is delivered now. */
  current(installation: string): Promise<string>;
  /** Makes the next delivery bring a new token. */
  rotate(): void;
  /** Whether Atlassian would take `token` for `installation`: made for it, not expired. A later one doesn't end it. */
  isValid(token: string, installation: string): Promise<boolean>;
}

/** @param now the time in milliseconds since 1970 */
export function createSystemTokens(now: () => number): SystemTokens {
  const issued = new Map<string, { readonly token: string; readonly expiresAtMs: number }>();
  const lastExpirySeconds = new Map<string, number>();
  const secret = randomBytes(32);

  return {
    async current(installation) {
      const cached = issued.get(installation);
      if (cached && cached.expiresAtMs - now() >= LEAST_LEFT_MS) return cached.token;
      const expirySeconds = Math.floor((now() + LIFE_MS) / 1000);
      // Two of one second would be of one age: which is the newer one could not be told.
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
