import { createHash } from 'node:crypto';
import type { Delivery } from '../../../../lambda/slots/slot-writer';
import { LEAST_LEFT_MS, TOKEN_LIFE_MS } from './assumptions';

/** The simulated day begins then, in milliseconds since 1970. */
export const DAY_STARTS_MS = 1_900_000_000_000;

/**
 * What Forge delivers for one installation: the same token again and again, and a new one as soon as its promise of 2
 * hours allows, which is the most often that it may be.
 */
export class ForgeTokens {
  #delivery: Delivery | undefined;
  #expiresAtMs = 0;
  #made = 0;
  readonly #installation: string;

  /** @param firstAgeMs age of the first token: installations don't rotate all at once */
  constructor(
    private readonly index: number,
    private readonly firstAgeMs: number,
  ) {
    this.#installation = uuidOf(index);
  }

  /** The delivery at `atMs`, milliseconds since 1970. */
  deliver(atMs: number): Delivery {
    if (this.#delivery && this.#expiresAtMs - atMs > LEAST_LEFT_MS) return this.#delivery;
    this.#expiresAtMs = atMs + TOKEN_LIFE_MS - (this.#made === 0 ? this.firstAgeMs : 0);
    this.#made++;
    const installation = this.#installation;
    this.#delivery = {
      token: tokenOf({ exp: Math.floor(this.#expiresAtMs / 1000), jti: `${this.index}-${this.#made}` }),
      installation,
      installationId: `ari:cloud:ecosystem::installation/${installation}`,
      apiBaseUrl: `https://api.atlassian.com/ex/confluence/${installation}`,
      contexts: [{ name: 'confluence', siteAri: `ari:cloud:confluence::site/${installation}` }],
    };
    return this.#delivery;
  }
}

/** A token in the shape of a JWT. Nobody checks the signature of a system token, so it has none worth the time. */
const tokenOf = (claims: object): string => `${encode({ alg: 'RS256' })}.${encode(claims)}.AAAA`;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function uuidOf(index: number): string {
  const hex = createHash('sha256').update(String(index)).digest('hex');
  return hex.slice(0, 32).replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
