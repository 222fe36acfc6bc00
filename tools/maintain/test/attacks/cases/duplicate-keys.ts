import { APP_ID } from '../../../../../test/support/forge-call';
import { type Attack, withToken } from '../support/attack';

/** Adds a member at the start, or at the end, of a JSON object. */
const first = (member: string) => (json: string) => `{${member},${json.slice(1)}`;
const last = (member: string) => (json: string) => `${json.slice(0, -1)},${member}}`;

/** Adds a member to the first object that a key leads to. */
const inside = (key: string, member: string) => (json: string) => json.replace(`"${key}":{`, `"${key}":{${member},`);

const ANOTHER_APP = 'ari:cloud:ecosystem::app/00000000-0000-4000-8000-000000000000';

/** A key twice, in the payload: of two readers, one may take the first and one the last. */
const inPayload: Readonly<Record<string, (json: string) => string>> = {
  'another audience first': first(`"aud":"${ANOTHER_APP}"`),
  'another audience last': last(`"aud":"${ANOTHER_APP}"`),
  'the same audience again': last(`"aud":"${APP_ID}"`),
  'a later expiry last': last('"exp":9999999999'),
  'another issuer first': first('"iss":"attacker"'),
  'another app object last': last('"app":{}'),
  'aud in an escaped spelling': last(`"\\u0061ud":"${ANOTHER_APP}"`),
  'aud in an escaped spelling, first': first(`"\\u0061\\u0075\\u0064":"${ANOTHER_APP}"`),
  'aud with a space before the colon': last(`"aud" :"${ANOTHER_APP}"`),
  'aud with a newline before the colon': last(`"aud"\n:"${ANOTHER_APP}"`),
  'a key that looks like a string value': last('"x":"a\\":","x":1'),
  'a nested installation': inside('app', '"installationId":"ari:cloud:ecosystem::installation/0"'),
  'a nested environment type': inside('environment', '"type":"PRODUCTION"'),
  'a nested app id in an escaped spelling': inside('app', `"i\\u0064":"${ANOTHER_APP}"`),
  'a key in an object in an array': last('"list":[{"a":1,"a":2}]'),
  'a key that decides nothing': last('"x":1,"x":2'),
  'an empty key': last('"":1,"":2'),
  __proto__: last('"__proto__":1,"__proto__":2'),
  'a nested __proto__': inside('app', '"__proto__":{},"__proto__":{}'),
};

const inHeader: Readonly<Record<string, (json: string) => string>> = {
  'alg none first': first('"alg":"none"'),
  'alg none last': last('"alg":"none"'),
  'the same alg again': last('"alg":"RS256"'),
  'alg in an escaped spelling': last('"\\u0061lg":"none"'),
  'another kid first': first('"kid":"../../etc/passwd"'),
  'another kid last': last('"kid":"attacker"'),
  'a key in an object': last('"x":{"a":1,"a":2}'),
};

export const duplicateKeys: readonly Attack[] = [
  ...Object.entries(inPayload).map(([what, payloadText]) => ({ where: 'payload', what, change: { payloadText } })),
  ...Object.entries(inHeader).map(([what, headerText]) => ({ where: 'header', what, change: { headerText } })),
].map(({ where, what, change }) => ({
  name: `a key twice in the ${where}: ${what}`,
  reason: 'authorization-malformed',
  event: withToken(change),
}));
