import { type Attack, withClaim } from '../support/attack';

/** The stage serves DEVELOPMENT. The audience of an app is the same in all of its environments. */
const notServed: readonly Attack[] = ['STAGING', 'PRODUCTION'].map((type) => ({
  name: `the call is from ${type}`,
  reason: 'environment-not-served',
  event: withClaim('app.environment.type', type),
}));

const unknown: readonly Attack[] = (
  [
    ['unknown', 'TEST'],
    ['in lower case', 'development'],
    ['in mixed case', 'Development'],
    ['short', 'DEV'],
    ['with a space after it', 'DEVELOPMENT '],
    ['with a NUL after it', 'DEVELOPMENT\0'],
    ['two, with a comma', 'PRODUCTION,DEVELOPMENT'],
    ['two in an array', ['PRODUCTION', 'DEVELOPMENT']],
    ['in full-width letters', 'ＤＥＶＥＬＯＰＭＥＮＴ'],
    ['__proto__', '__proto__'],
  ] as const
).map(([what, type]) => ({
  name: `the environment type is ${what}`,
  reason: 'claim-invalid',
  event: withClaim('app.environment.type', type),
}));

export const environments: readonly Attack[] = [
  ...notServed,
  ...unknown,
  {
    name: 'the environment is the type alone',
    reason: 'claim-invalid',
    event: withClaim('app.environment', 'DEVELOPMENT'),
  },
  {
    name: 'the environment has an id and no type',
    reason: 'claim-missing',
    event: withClaim('app.environment', { id: 'ari:cloud:ecosystem::environment/1' }),
  },
];
