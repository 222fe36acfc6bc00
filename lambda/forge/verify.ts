import { compactVerify, jwtVerify } from 'jose';
import { Refusal } from '../contract/outcomes';
import type { Route } from '../contract/routes';
import { asError, codeOf, isRecord, isThere, quote } from '../values';
import { type Expectations, type Invocation, readInvocation, requirePurpose } from './claims';
import type { CloudKeys } from './key-set';

/** `iss` of every invocation token (Atlassian's documentation of Forge Remote). */
const ISSUER = 'forge/invocation-token';

/** How far Forge's clock and ours may be apart, in seconds. A token lives about 25 s. */
export const CLOCK_SKEW_SECONDS = 5;

const ALGORITHMS = ['RS256'];
const REQUIRED_CLAIMS = ['iss', 'aud', 'exp', 'iat', 'nbf', 'jti'];

export interface VerifierOptions extends Expectations {
  readonly keys: CloudKeys;
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
  const { keys, now = Date.now, ...expected } = options;
  const { appId, environments } = expected;
  if (!appId) throw new Error('createVerifier: appId is empty; without it, the token of any app would be accepted.');
  if (environments.length === 0) throw new Error('createVerifier: environments is empty; every call would be refused.');

  return async (authorization, route) => {
    const token = readToken(authorization);
    const { compact, keyId, claims } = token;
    const problem = standardProblem(claims, appId, Math.floor(now() / 1000));
    if (problem) return await refuseFor(problem, token, route);
    const { key, apiHosts, prove } = await keys.key(claims.icLabel, keyId);
    await jwtVerify(compact, key, {
      algorithms: ALGORITHMS,
      issuer: ISSUER,
      audience: appId,
      requiredClaims: REQUIRED_CLAIMS,
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(now()),
    }).catch(refuse);
    prove?.();
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

/**
 * Most characters of an authorization header that are looked at. Forge's are near 2,000; a Function URL passes headers
 * of up to about 10,000 (AWS Lambda's quotas).
 */
const MOST_CHARACTERS = 12_000;

/** `Bearer `, then the three parts of a signed token. The spelling is exactly Forge's: nothing else calls here. */
const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/;

/** A key id is looked up, never put into a path; still, nothing outlandish goes any further. */
const KEY_ID = /^[\w./:-]{1,200}$/;

/** Header parameters by which a token would choose its own key, or ask for semantics that we don't know. */
const FORBIDDEN_HEADERS = ['crit', 'jwk', 'jku', 'x5c', 'x5u', 'b64'];

/** Forge's tokens are five levels deep. A call stack must not be as deep as a stranger likes. */
const MOST_LEVELS = 32;

/** Strict, as jose is when it reads the token once more; lenient reading would pass on what jose then stumbles over. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a token says of itself before its signature is checked: good for refusing it, never for believing it. */
export interface UnverifiedToken {
  readonly compact: string;
  readonly keyId: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Reads the invocation token from an authorization header: its form, algorithm and key id are checked, its signature
 * is not.
 *
 * @throws {Refusal} for anything that Forge would not send
 */
export function readToken(authorization: string | undefined): UnverifiedToken {
  if (authorization === undefined || authorization === '') throw new Refusal('authorization-missing');
  if (authorization.length > MOST_CHARACTERS) {
    throw new Refusal(
      'authorization-malformed',
      `${authorization.length} characters; at most ${MOST_CHARACTERS} are looked at`,
    );
  }
  const compact = BEARER.exec(authorization)?.[1];
  if (compact === undefined) throw new Refusal('authorization-malformed');
  const [headerPart, claimsPart, signaturePart] = compact.split('.') as [string, string, string];

  const header = decodeObject(headerPart, 'header');
  const claims = decodeObject(claimsPart, 'payload');
  decode(signaturePart, 'signature');

  if (header.alg !== 'RS256') throw new Refusal('algorithm-not-allowed', `alg is ${quote(header.alg)}, not "RS256"`);
  const forbidden = FORBIDDEN_HEADERS.find((name) => name in header);
  if (forbidden) throw new Refusal('header-not-allowed', `header parameter ${quote(forbidden)}`);
  if (typeof header.kid !== 'string' || !KEY_ID.test(header.kid)) {
    throw new Refusal('key-unknown', `kid is ${quote(header.kid)}, not a key id`);
  }
  return { compact, keyId: header.kid, claims };
}

/** The bytes of a base64url part; only its one canonical spelling, so that a token can't be written in two ways. */
function decode(part: string, name: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part)
    throw new Refusal('authorization-malformed', `the ${name} is not canonical base64url`);
  return bytes;
}

function decodeObject(part: string, name: string): Record<string, unknown> {
  const bytes = decode(part, name);
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new Refusal('authorization-malformed', `the ${name} is not JSON in UTF-8`);
  }
  if (!isRecord(value)) throw new Refusal('authorization-malformed', `the ${name} is not a JSON object`);
  // Two readers may pick different ones of two equal keys; Forge writes each once.
  if (countKeysInText(text) !== countKeys(value))
    throw new Refusal('authorization-malformed', `the ${name} has a key twice`);
  return value;
}

/** Keys in valid JSON text: its strings that a colon follows. */
const countKeysInText = (json: string) =>
  json.match(/"(?:[^"\\]|\\.)*"(?:\s*:)?/g)?.filter((match) => match.endsWith(':')).length ?? 0;

function countKeys(value: unknown, levelsLeft = MOST_LEVELS): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (levelsLeft === 0)
    throw new Refusal('authorization-malformed', `JSON is nested more than ${MOST_LEVELS} levels deep`);
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, item) => sum + countKeys(item, levelsLeft - 1), own);
}

/** A token is kept in mind until it could no longer pass anyhow. Far more than arrive in its 25 s. */
const MOST_TOKENS = 10_000;

/** Invocation tokens that this instance has accepted: each works once. Other instances don't know of them. */
export interface Replays {
  /**
   * Whether this call came before.
   *
   * @param use all that the call's effect depends on, beside the invocation: its path, its system token and its body
   * @throws {Refusal} `replay-conflict` when its invocation token came before for another use: one of the two is a
   * thief's. The genuine one must hear of it, so that Forge delivers again
   */
  has(invocation: Invocation, use: readonly unknown[]): Promise<boolean>;
  /** Call it once the call has succeeded: one that failed may come again. */
  add(invocation: Invocation, use: readonly unknown[]): void;
}

/** @param now the time in milliseconds since 1970 */
export function createReplays(now: () => number, clockSkewSeconds: number): Replays {
  const seen = new Map<string, { readonly untilSeconds: number; readonly use: Promise<string> }>();
  return {
    async has({ tokenId }, use) {
      const before = seen.get(tokenId);
      if (before && (await before.use) !== (await hash(use))) {
        throw new Refusal('replay-conflict', 'The invocation token was accepted before, with something else.');
      }
      return before !== undefined;
    },

    add({ tokenId, expiresAtSeconds }, use) {
      // Oldest first, which is the order of expiry as well, since all live equally long.
      for (const [id, { untilSeconds }] of seen) {
        if (untilSeconds > now() / 1000 && seen.size < MOST_TOKENS) break;
        seen.delete(id);
      }
      // The hash isn't waited for: the answer doesn't need it.
      seen.set(tokenId, { untilSeconds: expiresAtSeconds + clockSkewSeconds, use: hash(use) });
    },
  };
}

/** With WebCrypto, which verifying has loaded already. */
async function hash(use: readonly unknown[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(JSON.stringify(use)));
  return Buffer.from(digest).toString('base64');
}
