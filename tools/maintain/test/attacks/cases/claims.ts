import type { Reason } from '../../../../../lambda/contract/outcomes';
import { APP_ID, goodClaims, NOW_SECONDS } from '../../../../../test/support/forge-call';
import { type Attack, withClaim, withEvent } from '../support/attack';
import { createToken } from '../support/token';

const { app } = goodClaims();

/** A claim that decides something, and why a value of the wrong type in it is refused. */
interface DecidingClaim {
  readonly path: string;
  readonly wrongType: Reason;
  /** A value that would be right, were it not in an array. */
  readonly good: unknown;
}

const DECIDING: readonly DecidingClaim[] = [
  { path: 'iss', wrongType: 'issuer-wrong', good: 'forge/invocation-token' },
  { path: 'aud', wrongType: 'audience-wrong', good: APP_ID },
  { path: 'exp', wrongType: 'claim-invalid', good: NOW_SECONDS + 25 },
  { path: 'iat', wrongType: 'claim-invalid', good: NOW_SECONDS },
  { path: 'nbf', wrongType: 'claim-invalid', good: NOW_SECONDS },
  { path: 'jti', wrongType: 'claim-invalid', good: 'one' },
  { path: 'app', wrongType: 'claim-invalid', good: app },
  { path: 'app.id', wrongType: 'claim-invalid', good: APP_ID },
  { path: 'app.installationId', wrongType: 'claim-invalid', good: app.installationId },
  { path: 'app.environment', wrongType: 'claim-invalid', good: app.environment },
  { path: 'app.environment.type', wrongType: 'claim-invalid', good: 'DEVELOPMENT' },
  { path: 'app.apiBaseUrl', wrongType: 'claim-invalid', good: app.apiBaseUrl },
];

const absent = DECIDING.map(
  ({ path }): Attack => ({ name: `${path} is absent`, reason: 'claim-missing', event: withClaim(path, undefined) }),
);

/** Atlassian's documentation has claims that are `null`: it means absent. */
const isNull = DECIDING.map(
  ({ path }): Attack => ({ name: `${path} is null`, reason: 'claim-missing', event: withClaim(path, null) }),
);

const ofWrongType = DECIDING.flatMap(({ path, wrongType, good }) =>
  (
    [
      ['true', true],
      ['zero', 0],
      ['an empty string', ''],
      ['an empty array', []],
      ['a right value in an array', [good]],
      ['a right value in an object', { value: good }],
    ] as const
  )
    // An object is the right type for these two: what such a one lacks is another claim.
    .filter(([what]) => !(what.endsWith('object') && (path === 'app' || path === 'app.environment')))
    .map(([what, value]): Attack => ({ name: `${path} is ${what}`, reason: wrongType, event: withClaim(path, value) })),
);

const ofWrongValue: readonly Attack[] = (
  [
    ['iss is that of another Atlassian token', 'iss', 'issuer-wrong', 'https://api.atlassian.com/oauth'],
    ['iss in upper case', 'iss', 'issuer-wrong', 'FORGE/INVOCATION-TOKEN'],
    ['iss with a slash after it', 'iss', 'issuer-wrong', 'forge/invocation-token/'],
    ['iss with a space after it', 'iss', 'issuer-wrong', 'forge/invocation-token '],
    ['iss is the start of the right one', 'iss', 'issuer-wrong', 'forge/invocation'],
    ['iss is like the right one, with a Cyrillic o', 'iss', 'issuer-wrong', 'f\u043erge/invocation-token'],
    ['app is an empty object', 'app', 'claim-missing', {}],
    ["app.id is another app's", 'app.id', 'app-wrong', 'ari:cloud:ecosystem::app/00000000-0000-4000-8000-000000000000'],
    ['app.id in upper case', 'app.id', 'app-wrong', APP_ID.toUpperCase()],
    ['app.id is the uuid alone', 'app.id', 'app-wrong', APP_ID.split('/')[1]],
    ['app.id with a space after it', 'app.id', 'app-wrong', `${APP_ID} `],
    ['app.id with a NUL after it', 'app.id', 'app-wrong', `${APP_ID}\0`],
  ] as const
).map(([name, path, reason, value]) => ({ name, reason, event: withClaim(path, value) }));

export const claims: readonly Attack[] = [
  ...absent,
  ...isNull,
  ...ofWrongType,
  ...ofWrongValue,
  {
    name: 'the system token in place of the invocation token',
    reason: 'algorithm-not-allowed',
    event: withEvent((good, forge) => ({
      ...good,
      headers: { ...good.headers, authorization: `Bearer ${forge.systemToken}` },
    })),
  },
  {
    name: 'an invocation token in place of the system token, and none of its own',
    reason: 'authorization-missing',
    event: withEvent((good, forge) => ({
      ...good,
      headers: { 'x-forge-oauth-system': createToken(forge) },
    })),
  },
];
