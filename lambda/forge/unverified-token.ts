import { isRecord } from '../record';
import { quote, Refusal } from '../refusal';

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
