import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';

/** The time that the tests of slots start at. */
export const NOW_SECONDS = 1_900_000_000;

/** A system token, different each time, whose claim `exp` is this: a time in seconds, or anything else. */
export const tokenExpiring = (exp: unknown): Promise<string> =>
  new SignJWT({ jti: randomUUID(), exp: exp as number })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(randomUUID()));
