import { hash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { DELIVERED_LIFE_MINUTES } from '../contract/freshness';
import { TOKEN_HASH_DIGITS } from '../contract/slot';

const LEAST_LIFE_SECONDS = DELIVERED_LIFE_MINUTES * 60;

/** The 4 h that Forge's documentation gives a token, and the skew that two clocks may have. */
const MOST_LIFE_SECONDS = 4 * 3600 + 5;

/**
 * Whether a system token may expire then. An expiry further ahead is not believed, wherever it stands: the token that
 * expires last wins, and one false expiry would lock every later token out.
 */
export const isBelievable = (expiresAtSeconds: number, nowSeconds: number): boolean =>
  expiresAtSeconds <= nowSeconds + MOST_LIFE_SECONDS;

/**
 * When a system token expires, in seconds since 1970. The token is opaque but for this one claim, which is read
 * without a check of the signature: it came in a call that was verified.
 *
 * A token whose expiry can't be read or believed gets the documented least life from `nowSeconds` on.
 */
export function readExpiry(token: string, nowSeconds: number): number {
  const least = nowSeconds + LEAST_LIFE_SECONDS;
  try {
    const { exp = 0 } = decodeJwt(token);
    if (!Number.isFinite(exp) || exp <= 0) return least;
    return isBelievable(exp, nowSeconds) ? Math.floor(exp) : least;
  } catch {
    return least;
  }
}

/** Tells tokens apart without saying any of them: the first hex digits of its SHA-256. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex').slice(0, TOKEN_HASH_DIGITS);
}
