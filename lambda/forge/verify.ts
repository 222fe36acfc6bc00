import { jwtVerify } from 'jose';
import { quote, Refusal } from '../refusal';
import { asError, codeOf } from '../thrown';
import { type Expectations, readInvocation } from './claims';
import type { Invocation } from './invocation';
import type { KeySets } from './key-sets';
import { readToken } from './unverified-token';

/** `iss` of every invocation token (Atlassian's documentation of Forge Remote). */
const ISSUER = 'forge/invocation-token';

/** How far Forge's clock and ours may be apart, in seconds. A token lives about 25 s. */
export const CLOCK_SKEW_SECONDS = 5;

const REQUIRED_CLAIMS = ['iss', 'aud', 'exp', 'iat', 'nbf', 'jti'];

export interface VerifierOptions extends Expectations {
  readonly keys: KeySets;
  /**
   * Called for each token of which nothing but the signature is left to check, before its key is asked for.
   *
   * @default nothing is done
   */
  readonly onPlausible?: () => void;
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** Proves that a call came from Forge. */
export type Verify = (authorization: string | undefined) => Promise<Invocation>;

/**
 * A verifier of invocation tokens. What can be refused by looking is refused by looking: the key set is asked, and
 * the signature computed, only for a token that would pass otherwise.
 *
 * @throws {Error} when there is no app id or no environment to expect, since any audience would do then
 */
export function createVerifier(options: VerifierOptions): Verify {
  const { keys, onPlausible, now = Date.now, ...expected } = options;
  const { appId, environments } = expected;
  if (!appId) throw new Error('createVerifier: appId is empty; without it, the token of any app would be accepted.');
  if (environments.length === 0) throw new Error('createVerifier: environments is empty; every call would be refused.');

  return async (authorization) => {
    const { compact, keyId, claims } = readToken(authorization);
    checkStandardClaims(claims, appId, Math.floor(now() / 1000));
    onPlausible?.();
    const key = await keys.for(claims.icLabel).key(keyId);
    await jwtVerify(compact, key, {
      algorithms: ['RS256'],
      issuer: ISSUER,
      audience: appId,
      requiredClaims: REQUIRED_CLAIMS,
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(now()),
    }).catch(refuse);
    keys.prove(claims.icLabel);
    // Signed, so what was read before is what Forge wrote.
    return asSigned(() => readInvocation(claims, expected));
  };
}

/** What `read` returns. A refusal that it throws is one of a call that Forge signed. */
function asSigned<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) error.signed = true;
    throw error;
  }
}

/** The standard's claims, each with its own reason. jose checks them once more, behind the signature. */
function checkStandardClaims(claims: Readonly<Record<string, unknown>>, appId: string, nowSeconds: number): void {
  const missing = REQUIRED_CLAIMS.find((name) => claims[name] === undefined);
  if (missing) throw new Refusal('claim-missing', missing);
  if (claims.iss !== ISSUER) throw new Refusal('issuer-wrong', `iss is ${quote(claims.iss)}, not ${quote(ISSUER)}`);
  if (claims.aud !== appId) throw new Refusal('audience-wrong', `aud is ${quote(claims.aud)}, not ${quote(appId)}`);
  const { exp, iat, nbf } = claims;
  if (!isTime(exp)) throw new Refusal('claim-invalid', `exp is ${quote(exp)}, not a time in seconds`);
  if (!isTime(iat)) throw new Refusal('claim-invalid', `iat is ${quote(iat)}, not a time in seconds`);
  if (!isTime(nbf)) throw new Refusal('claim-invalid', `nbf is ${quote(nbf)}, not a time in seconds`);
  if (exp <= nowSeconds - CLOCK_SKEW_SECONDS) throw new Refusal('token-expired', `exp was ${nowSeconds - exp} s ago`);
  const startsIn = Math.max(iat, nbf) - nowSeconds;
  if (startsIn > CLOCK_SKEW_SECONDS) throw new Refusal('token-not-yet-valid', `iat or nbf is ${startsIn} s ahead`);
}

const isTime = (value: unknown): value is number => Number.isFinite(value) && Number(value) > 0;

function refuse(error: unknown): never {
  switch (codeOf(error)) {
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
      throw new Refusal('signature-invalid', undefined, { cause: error });
    case 'ERR_JWT_EXPIRED':
      // It passed our own check; the clock has moved on while the keys were fetched.
      throw new Refusal('token-expired', undefined, { cause: error });
    case undefined:
      // jose's errors all have a code: this one is about the key, such as one that is too short.
      throw new Refusal('key-server-unavailable', `The key can't be used: ${asError(error).message}`, { cause: error });
    default:
      throw error;
  }
}
