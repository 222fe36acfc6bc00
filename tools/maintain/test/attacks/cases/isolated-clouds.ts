import { type Attack, withToken } from '../support/attack';
import { ISOLATED_API, ISOLATED_LABEL } from '../support/stage';
import { byIsolatedCloud } from '../support/token';

/** On a stage that serves no Isolated Cloud. */
const servedNowhere: readonly Attack[] = (
  [
    ['well-formed', ISOLATED_LABEL],
    ['empty', ''],
    ['false', false],
    ['a path', '../commercial'],
    ['an array', [ISOLATED_LABEL]],
  ] as const
).map(([what, icLabel]) => ({
  name: `icLabel is ${what}, where none is served`,
  reason: 'isolated-cloud-not-served',
  event: withToken({ claims: { icLabel } }),
}));

/** On a stage that serves them: a label goes into a URL before anything is verified. */
const malformed: readonly Attack[] = (
  [
    ['empty', ''],
    ['a number', 7],
    ['an array', [ISOLATED_LABEL]],
    ['an object', { label: ISOLATED_LABEL }],
    ['with a slash', 'acme/keys'],
    ['a path upwards', '../commercial'],
    ['with a dot', 'acme.example'],
    ['in upper case', 'ACME'],
    ['a host', '@attacker.example'],
    ['a query', 'acme?'],
    ['a fragment', 'acme#'],
    ['percent-encoded', 'acme%2e'],
    ['with a backslash', 'acme\\'],
    ['with a space after it', 'acme '],
    ['with a newline after it', 'acme\n'],
    ['with a NUL after it', 'acme\0'],
    ['in unicode', 'äcme'],
    ['a pattern of replacement', '$&'],
    ['one character too long', 'a'.repeat(51)],
  ] as const
).map(([what, icLabel]) => ({
  name: `icLabel is ${what}, where Isolated Clouds are served`,
  reason: 'claim-invalid',
  event: withToken({ claims: { icLabel } }),
  stage: { isolatedCloud: true },
}));

/** Keys and hosts of one cloud, in a call of another. */
const mixed: readonly Attack[] = (
  [
    {
      name: "the commercial cloud's key under the label of an Isolated Cloud",
      reason: 'key-unknown',
      event: withToken({ claims: { icLabel: ISOLATED_LABEL } }),
    },
    {
      name: "the commercial cloud's key under the label and the key id of an Isolated Cloud",
      reason: 'signature-invalid',
      event: withToken(({ isolated }) => ({ claims: { icLabel: ISOLATED_LABEL }, header: { kid: isolated.keyId } })),
    },
    {
      name: "an Isolated Cloud's key under the commercial cloud's key id",
      reason: 'signature-invalid',
      event: withToken({ sign: byIsolatedCloud }),
    },
    {
      name: "an Isolated Cloud's token for the commercial cloud's API",
      reason: 'api-base-url-not-allowed',
      event: withToken(({ isolated }) => ({
        claims: { icLabel: ISOLATED_LABEL },
        header: { kid: isolated.keyId },
        sign: byIsolatedCloud,
      })),
    },
    {
      name: "a commercial token for an Isolated Cloud's API",
      reason: 'api-base-url-not-allowed',
      event: withToken({ claims: { 'app.apiBaseUrl': ISOLATED_API } }),
    },
    {
      // Not a forgery for certain: a new cloud's keys may not be there yet.
      name: 'a label whose key set is not there',
      reason: 'key-server-unavailable',
      event: withToken({ claims: { icLabel: 'a'.repeat(50) } }),
    },
  ] as const
).map((attack) => ({ ...attack, stage: { isolatedCloud: true } }));

export const isolatedClouds: readonly Attack[] = [...servedNowhere, ...malformed, ...mixed];
