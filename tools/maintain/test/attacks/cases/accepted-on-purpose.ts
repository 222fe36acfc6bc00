import { NOW_MS, NOW_SECONDS } from '../../../../../test/support/forge-call';
import { type BuildEvent, withClaim, withEvent, withHeaders, withToken } from '../support/attack';
import { ISOLATED_API, ISOLATED_LABEL, type StageSettings, UNINSTALL_PATH } from '../support/stage';
import { byIsolatedCloud } from '../support/token';

/** A call that looks odd, and is let in. */
export interface Accepted {
  readonly name: string;
  /** Why it does no harm. */
  readonly why: string;
  readonly event: BuildEvent;
  readonly stage?: StageSettings;
}

/** 31 levels, in a payload that is one more. */
const DEEP = '['.repeat(31) + ']'.repeat(31);

const inTime: readonly Accepted[] = (
  [
    ['exp is 4 s ago', 'exp', NOW_SECONDS - 4],
    ['iat is 5 s ahead', 'iat', NOW_SECONDS + 5],
    ['nbf is 5 s ahead', 'nbf', NOW_SECONDS + 5],
  ] as const
).map(([name, claim, time]) => ({
  name,
  why: 'Two clocks may be 5 s apart.',
  event: withClaim(claim, time),
}));

const forgeDecides: readonly Accepted[] = (
  [
    ['exp has a fraction', 'exp', NOW_SECONDS + 24.5],
    ['exp is in milliseconds', 'exp', NOW_MS + 25_000],
    ['iat is in 1970', 'iat', 1],
    ['nbf is in 1970', 'nbf', 1],
  ] as const
).map(([name, claim, time]) => ({
  name,
  why: 'How long a token lives is for Forge to say: it signed this, and may one day choose another life than 25 s.',
  event: withClaim(claim, time),
}));

const informative: readonly Accepted[] = (
  [
    ['app.appVersion', 7],
    ['app.appVersion', null],
    ['app.module', null],
    ['app.module.key', 'newer-than-this-deployment'],
    ['app.installation.id', null],
    ['icLabel', null],
    ['app.license', []],
    ['app.installation', null],
    ['app.installation', []],
    ['app.installation.contexts', 'confluence'],
    ['app.environment.id', 7],
    ['context', null],
    ['principal', null],
  ] as const
).map(([path, value]) => ({
  name: `${path} is ${JSON.stringify(value)}`,
  why: 'The claim only informs: it is dropped when it looks odd, for a genuine call is worth more.',
  event: withClaim(path, value),
}));

const tokenHeaders: readonly Accepted[] = (
  [
    ['typ is absent', { typ: undefined }],
    ['typ is of an access token', { typ: 'at+jwt' }],
    ['cty is JWT', { cty: 'JWT' }],
    ['x5t is there', { x5t: 'AAAA' }],
    ['JWK is there, in upper case', { JWK: {} }],
  ] as const
).map(([name, header]) => ({
  name: `the header parameter ${name}`,
  why: 'It chooses neither the key nor the algorithm, nobody reads it, and it is signed.',
  event: withToken({ header }),
}));

const spellings: readonly Accepted[] = (
  [
    ['a key of the payload is escaped', (json: string) => json.replace('"aud"', '"\\u0061ud"')],
    ['there is white space around the payload', (json: string) => `\r\n\t ${json} `],
    ['a colon stands in a string after a quote', (json: string) => `${json.slice(0, -1)},"x":"\\":"}`],
    ['there is a claim __proto__', (json: string) => `${json.slice(0, -1)},"__proto__":{"aud":"other"}}`],
    ['there is a claim constructor', (json: string) => `${json.slice(0, -1)},"constructor":null}`],
    ['a claim nobody reads is as deep as is read', (json: string) => `${json.slice(0, -1)},"x":${DEEP}}`],
    ['a claim nobody reads has a NUL', (json: string) => `${json.slice(0, -1)},"x":"\\u0000"}`],
  ] as const
).map(([name, payloadText]) => ({
  name,
  why: 'It is JSON that all readers take for the same, and it is signed.',
  event: withToken({ payloadText }),
}));

const bodies: readonly Accepted[] = (
  [
    ['absent', { body: undefined }],
    ['empty', { body: '' }],
    ['no JSON', { body: 'attack' }],
    ['JSON of another kind', { body: '[null]' }],
    ['base64', { body: 'e30=', isBase64Encoded: true }],
    ['base64, said to be plain', { body: 'e30=', isBase64Encoded: false }],
    ['plain, said to be base64', { body: '{}', isBase64Encoded: true }],
    ['a number', { body: 1 }],
    ['an object', { body: {} }],
    ["another installation's", { body: '{"installationId":"ari:cloud:ecosystem::installation/0"}' }],
    ['5 MB of text', { body: 'a'.repeat(5 * 1024 * 1024) }],
  ] as const
).map(([what, change]) => ({
  name: `the body is ${what}`,
  why: 'The body is never read, since nothing in it is signed.',
  event: withEvent((good) => ({ ...good, ...change })),
}));

const surroundings: readonly Accepted[] = [
  {
    name: 'there is a query',
    why: 'The query is never read.',
    event: withEvent((good) => ({ ...good, rawQueryString: 'x=1', queryStringParameters: { x: '1' } })),
  },
  {
    name: 'another authorization header under another name',
    why: 'A Function URL gives header names in lower case: only that name is read.',
    event: withHeaders({ Authorization: 'Basic YTpi', 'proxy-authorization': 'Basic YTpi' }),
  },
  {
    name: 'the trace id is odd',
    why: 'It is cut and logged, as JSON, and decides nothing.',
    event: withHeaders({ 'x-b3-traceid': `\0\r\n"}${'a'.repeat(10_000)}` }),
  },
  {
    name: 'no system token on the way out',
    why: 'A call of preUninstall brings none, and none is needed to acknowledge it.',
    event: (forge) => ({
      ...Object(withToken({ claims: { 'app.module.key': 'goodbye', 'context.moduleKey': 'leaving' } })(forge)),
      rawPath: UNINSTALL_PATH,
    }),
  },
  {
    name: 'an Isolated Cloud that is served',
    why: 'Its label, its key and its API go together. Else the refusals of Isolated Clouds would prove nothing.',
    event: withToken(({ isolated }) => ({
      claims: { icLabel: ISOLATED_LABEL, 'app.apiBaseUrl': ISOLATED_API },
      header: { kid: isolated.keyId },
      sign: byIsolatedCloud,
    })),
    stage: { isolatedCloud: true },
  },
];

export const acceptedOnPurpose: readonly Accepted[] = [
  ...inTime,
  ...forgeDecides,
  ...informative,
  ...tokenHeaders,
  ...spellings,
  ...bodies,
  ...surroundings,
];
