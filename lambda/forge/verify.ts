import { compactVerify, jwtVerify } from 'jose';
import type { Route } from '../contract/routes';
import { isThere } from '../record';
import { quote, Refusal } from '../refusal';
import { asError, codeOf } from '../thrown';
import { type Expectations, readInvocation, requirePurpose } from './claims';
import type { Invocation } from './invocation';
import type { KeySets } from './key-sets';
import { readToken, type UnverifiedToken } from './unverified-token';

/** `iss` of every invocation token (Atlassian's documentation of Forge Remote). */
const ISSUER = 'forge/invocation-token';

/** How far Forge's clock and ours may be apart, in seconds. A token lives about 25 s. */
export const CLOCK_SKEW_SECONDS = 5;

const ALGORITHMS = ['RS256'];
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

/** Proves that a call came from Forge, and that it is what its route is for. */
export type Verify = (authorization: string | undefined, route: Route) => Promise<Invocation>;

/**
 * A verifier of invocation tokens. What can be refused by looking is refused by looking: the key set is asked only for a
 * token that would pass otherwise.
 *
 * @throws {Error} when there is no app id or no environment to expect, since any audience would do then
 */
export function createVerifier(options: VerifierOptions): Verify {
  const { keys, onPlausible, now = Date.now, ...expected } = options;
  const { appId, environments } = expected;
  if (!appId) throw new Error('createVerifier: appId is empty; without it, the token of any app would be accepted.');
  if (environments.length === 0) throw new Error('createVerifier: environments is empty; every call would be refused.');

  return async (authorization, route) => {
    const token = readToken(authorization);
    const { compact, keyId, claims } = token;
    const problem = standardProblem(claims, appId, Math.floor(now() / 1000));
    if (problem) return await refuseFor(problem, token, route);
    onPlausible?.();
    const { key, apiHosts } = await keys.key(claims.icLabel, keyId);
    await jwtVerify(compact, key, {
      algorithms: ALGORITHMS,
      issuer: ISSUER,
      audience: appId,
      requiredClaims: REQUIRED_CLAIMS,
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(now()),
    }).catch(refuse);
    keys.prove(claims.icLabel);
    // Signed, so what was read before is what Forge wrote.
    return asSigned(() => {
      requirePurpose(claims, route, expected);
      return readInvocation(claims, route, { ...expected, ...(apiHosts && { apiHosts }) });
    });
  };

  /**
   * Refuses a call with a wrong claim. Only if its signature holds does it count as Forge's. That costs a verification,
   * and no fetch: where the key isn't known, nobody can tell.
   */
  async function refuseFor(
    problem: Refusal,
    { compact, keyId, claims }: UnverifiedToken,
    route: Route,
  ): Promise<never> {
    const key = await keys.knownKey(claims.icLabel, keyId);
    if (!key) throw problem;
    await compactVerify(compact, key, { algorithms: ALGORITHMS }).catch(refuse);
    return asSigned(() => {
      // A user of the app keeps the tokens of the app's UI as long as they like.
      if (problem.reason !== 'audience-wrong') requirePurpose(claims, route, expected);
      throw problem;
    });
  }
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

/**
 * What is wrong with the standard's claims, each with its own reason. jose checks them once more, behind the signature.
 * The audience comes first: whatever else is wrong with the token of another app is none of our business.
 */
function standardProblem(
  claims: Readonly<Record<string, unknown>>,
  appId: string,
  nowSeconds: number,
): Refusal | undefined {
  const { iss, aud, exp, iat, nbf } = claims;
  if (isThere(aud) && aud !== appId) return new Refusal('audience-wrong', `aud is ${quote(aud)}, not ${quote(appId)}`);
  const missing = REQUIRED_CLAIMS.find((name) => !isThere(claims[name]));
  if (missing) return new Refusal('claim-missing', missing);
  if (iss !== ISSUER) return new Refusal('issuer-wrong', `iss is ${quote(iss)}, not ${quote(ISSUER)}`);
  if (!isTime(exp)) return new Refusal('claim-invalid', `exp is ${quote(exp)}, not a time in seconds`);
  if (!isTime(iat)) return new Refusal('claim-invalid', `iat is ${quote(iat)}, not a time in seconds`);
  if (!isTime(nbf)) return new Refusal('claim-invalid', `nbf is ${quote(nbf)}, not a time in seconds`);
  if (exp <= nowSeconds - CLOCK_SKEW_SECONDS) return new Refusal('token-expired', `exp was ${nowSeconds - exp} s ago`);
  const startsIn = Math.max(iat, nbf) - nowSeconds;
  if (startsIn > CLOCK_SKEW_SECONDS) return new Refusal('token-not-yet-valid', `iat or nbf is ${startsIn} s ahead`);
  return undefined;
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
