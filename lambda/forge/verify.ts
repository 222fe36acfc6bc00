import { compactVerify, jwtVerify } from 'jose';
import { Refusal } from '../contract/outcomes';
import type { Route } from '../contract/routes';
import { asError, codeOf, isRecord, isThere, quote } from '../values';
import { type Expectations, type Invocation, readInvocation, refuseWrongPurpose } from './claims';
import type { CloudKeys } from './key-set';

/** `iss` of every invocation token (Atlassian's documentation of Forge Remote). */
const ISSUER = 'forge/invocation-token';

/** Allowed difference between Forge's clock and ours, in seconds. A token lives about 25 s. */
export const CLOCK_SKEW_SECONDS = 5;

const ALGORITHMS = ['RS256'];
const REQUIRED_CLAIMS = ['iss', 'aud', 'exp', 'iat', 'nbf', 'jti'];

interface VerifierOptions extends Expectations {
  readonly keys: CloudKeys;
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** Proves that a call came from Forge, and that it is what its route is for. */
export type Verify = (authorization: string | undefined, route: Route) => Promise<Invocation>;

/**
 * A verifier of invocation tokens. It asks for a key only when everything else about the token is right.
 *
 * @throws {Error} without an app id, since jose would then accept any audience; and without an environment
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
    // The signature holds, so these are Forge's claims.
    return asSigned(() => {
      refuseWrongPurpose(claims, route, expected);
      return readInvocation(claims, route, { ...expected, ...(apiHosts && { apiHosts }) });
    });
  };

  /**
   * Refuses a call with a wrong claim. It counts as Forge's only if its signature holds, which is checked when the key is
   * known already: no key is fetched for it.
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
      // Users of the app can keep and replay the tokens of its UI.
      if (problem.reason !== 'audience-wrong') refuseWrongPurpose(claims, route, expected);
      throw problem;
    });
  }
}

/** Runs `read`, and marks a refusal that it throws as one of a call that Forge signed. */
function asSigned<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) error.signed = true;
    throw error;
  }
}

/**
 * The first problem of the standard claims, each with its own reason. jose checks them again with the signature. The
 * audience comes first: what else is wrong with another app's token doesn't matter here.
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
      // It passed our check, and expired while the keys were fetched.
      throw new Refusal('token-expired', undefined, { cause: error });
    case undefined:
      // All of jose's own errors have a code. This one is about the key, which may be too short.
      throw new Refusal('key-server-unavailable', `The key can't be used: ${asError(error).message}`, { cause: error });
    default:
      throw error;
  }
}

/**
 * Longest authorization header that is read. Forge's have nearly 2,000 characters; a Function URL passes headers of up to
 * about 10,000 (AWS Lambda's quotas).
 */
const MOST_CHARACTERS = 12_000;

/** `Bearer ` and the three parts of a signed token, spelled exactly as Forge does. */
const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/;

/** Key ids are only looked up; odd ones are refused all the same. */
const KEY_ID = /^[\w./:-]{1,200}$/;

/** With these header parameters a token would choose its own key, or demand extensions. */
const FORBIDDEN_HEADERS = ['crit', 'jwk', 'jku', 'x5c', 'x5u', 'b64'];

/** Forge's tokens are five levels deep. A stranger must not choose how deep the call stack gets. */
const MOST_LEVELS = 32;

/** Strict, as jose is when it reads the token again. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a token says about itself, unverified: enough to refuse it, never to believe it. */
interface UnverifiedToken {
  readonly compact: string;
  readonly keyId: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Reads the invocation token from an authorization header, without its signature.
 *
 * @throws {Refusal} for what Forge would not send
 */
export function readToken(authorization: string | undefined): UnverifiedToken {
  if (authorization === undefined || authorization === '') throw new Refusal('authorization-missing');
  if (authorization.length > MOST_CHARACTERS) {
    throw new Refusal(
      'authorization-malformed',
      `${authorization.length} characters; at most ${MOST_CHARACTERS} are read`,
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

/** The bytes of a base64url part. Only the canonical spelling is accepted, so a token has one form. */
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
  // Two parsers may choose different values of a key that stands twice. Forge writes each once.
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

/** Tokens are remembered until they expire. Far fewer arrive in their 25 s. */
const MOST_TOKENS = 10_000;

/** Invocation tokens that this instance has accepted: each works once. Other instances don't know them. */
export interface Replays {
  /**
   * Whether this call came before.
   *
   * @param use what the call's effect depends on, beside the invocation: path, system token and body
   * @throws {Refusal} `replay-conflict` when the token came before for another use. One of the two calls is a thief's, and
   * the genuine one must fail, so that Forge delivers again
   */
  has(invocation: Invocation, use: readonly unknown[]): Promise<boolean>;
  /** Call it when the call has succeeded: a failed call may come again. */
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
      // The oldest come first, and expire first, since all live equally long.
      for (const [id, { untilSeconds }] of seen) {
        if (untilSeconds > now() / 1000 && seen.size < MOST_TOKENS) break;
        seen.delete(id);
      }
      // The answer doesn't wait for the hash.
      seen.set(tokenId, { untilSeconds: expiresAtSeconds + clockSkewSeconds, use: hash(use) });
    },
  };
}

/** With WebCrypto, which jose has loaded already. */
async function hash(use: readonly unknown[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(JSON.stringify(use)));
  return Buffer.from(digest).toString('base64');
}
