/**
 * What must not compile. `tsc` reads this file with the rest of the project; nobody runs it.
 *
 * Each `@ts-expect-error` is a test: the line below it has to be an error. Should somebody take the brand off
 * `Invocation`, those lines become valid, and `tsc` fails here with "Unused '@ts-expect-error' directive": claims
 * that nobody has verified could then be handed to whatever asks for a proven call.
 *
 * What no type can stop: `any` (`JSON.parse` returns it), an assertion by way of `unknown`, and a generic that returns
 * whatever is asked of it, as jose's `decodeJwt` does when its result goes straight into `actOn`.
 */
import { decodeJwt } from 'jose';
import type { Route } from '../../lambda/contract/routes';
import type { Invocation } from '../../lambda/forge/claims';
import { readToken, type Verify } from '../../lambda/forge/verify';

/** Stands for whatever acts on a proven call. */
declare function actOn(invocation: Invocation): void;

/** All that an invocation says, without the brand that only the verifier gives: the lines below lack nothing else. */
type Lookalike = { readonly [Name in keyof Invocation as Name extends string ? Name : never]: Invocation[Name] };

export async function control(verify: Verify, authorization: string, route: Route): Promise<void> {
  // What the verifier returns does compile: without this, the errors below could be about anything.
  actOn(await verify(authorization, route));
}

export function unverifiedClaims(authorization: string): void {
  // @ts-expect-error claims that were read and not verified
  actOn(readToken(authorization).claims);

  // @ts-expect-error the whole of a token that was read and not verified
  actOn(readToken(authorization));

  const decoded = decodeJwt(authorization);
  // @ts-expect-error claims that jose decoded and did not verify
  actOn(decoded);
}

export function lookalikes(lookalike: Lookalike): void {
  // @ts-expect-error the right shape is not enough
  actOn(lookalike);

  // @ts-expect-error nor is a copy of it
  actOn({ ...lookalike });

  // @ts-expect-error nor is an assertion of that shape
  const invocation: Invocation = lookalike as Lookalike;
  actOn(invocation);
}

export function literals(): void {
  const literal = {
    installationId: 'ari:cloud:ecosystem::installation/1',
    installation: '1',
    appId: 'ari:cloud:ecosystem::app/1',
    environment: 'PRODUCTION',
    apiBaseUrl: 'https://api.atlassian.com',
    contexts: [],
    tokenId: '1',
    expiresAtSeconds: 1,
  } as const satisfies Lookalike;

  // @ts-expect-error an object literal of the right shape
  actOn(literal);

  const branded = { ...literal, verified: true } as const;
  // @ts-expect-error the brand can't be written by hand: its symbol is not exported
  actOn(branded);
}

// @ts-expect-error a verifier that returns what it has only read is no verifier
export const pretender: Verify = async (authorization) => readToken(authorization).claims;

// @ts-expect-error nor is one that makes an invocation up
export const inventor: Verify = async () => ({}) as Lookalike;
