import type { Reason } from '../../../../../lambda/contract/outcomes';
import { type Attack, withToken } from '../support/attack';

/** About as deep as fits into a token of the length that is looked at. */
const DEEP = 3_500;
const brackets = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const braces = (levels: number) => `${'{"a":'.repeat(levels)}0${'}'.repeat(levels)}`;
const withMember = (member: string) => (json: string) => `${json.slice(0, -1)},${member}}`;

/** Adds a member whose value is a string of these very bytes. */
const withBytes = (bytes: readonly number[]) => (json: string) =>
  Buffer.concat([Buffer.from(`${json.slice(0, -1)},"x":"`), Buffer.from(bytes), Buffer.from('"}')]);

/** Texts that are not one JSON object in well-formed UTF-8, for the header and for the payload. */
const malformed: Readonly<Record<string, (json: string) => string | Buffer>> = {
  'an array': (json) => `[${json}]`,
  'a string': (json) => JSON.stringify(json),
  'a number': () => '1',
  null: () => 'null',
  'no JSON': () => 'attack',
  'JSON cut off': (json) => json.slice(0, -1),
  'JSON and a letter': (json) => `${json}x`,
  'JSON and a NUL': (json) => `${json}\0`,
  'JSON twice': (json) => json + json,
  'JSON with a comment': (json) => `${json}//`,
  'JSON with a comma too many': (json) => `${json.slice(0, -1)},}`,
  'JSON with single quotes': (json) => json.replaceAll('"', "'"),
  'JSON with NaN': withMember('"x":NaN'),
  'JSON with Infinity': withMember('"x":Infinity'),
  'JSON with a number of two signs': withMember('"x":--1'),
  'JSON with a raw NUL in a string': withMember('"x":"\0"'),
  'JSON with a raw newline in a string': withMember('"x":"\n"'),
  'a byte order mark before it': (json) => `\ufeff${json}`,
  'UTF-16': (json) => Buffer.from(json, 'utf16le'),
  'a byte that UTF-8 never has': withBytes([0xff]),
  'half of a UTF-8 character': withBytes([0xc3]),
  'a slash in more bytes than it needs': withBytes([0xc0, 0xaf]),
  'a lone surrogate in UTF-8': withBytes([0xed, 0xa0, 0x80]),
  'thousands of brackets': withMember(`"x":${brackets(DEEP)}`),
  'thousands of brackets that never close': withMember(`"x":${'['.repeat(DEEP)}`),
  'JSON one level deeper than is read': withMember(`"x":${brackets(32)}`),
  'objects hundreds of levels deep': withMember(`"x":${braces(1_000)}`),
  'brackets by the tens of thousands': withMember(`"x":${brackets(30_000)}`),
};

const inBoth = Object.entries(malformed).flatMap(([what, text]): Attack[] => [
  { name: `the payload is ${what}`, reason: 'authorization-malformed', event: withToken({ payloadText: text }) },
  { name: `the header is ${what}`, reason: 'authorization-malformed', event: withToken({ headerText: text }) },
]);

const payload = (name: string, reason: Reason, payloadText: (json: string) => string): Attack => ({
  name,
  reason,
  event: withToken({ payloadText }),
});

/** Well-formed, and still not what it seems. */
const misleading: readonly Attack[] = [
  payload('the payload is an empty object', 'claim-missing', () => '{}'),
  payload('all claims are under __proto__', 'claim-missing', (json) => `{"__proto__":${json}}`),
  payload(
    'all claims are under constructor.prototype',
    'claim-missing',
    (json) => `{"constructor":{"prototype":${json}}}`,
  ),
  payload('aud is under __proto__', 'claim-missing', (json) =>
    json.replace(/"aud":("[^"]+")/, '"__proto__":{"aud":$1}'),
  ),
  payload('the app is under its own __proto__', 'claim-missing', (json) =>
    json.replace(/"app":(\{.*\}),"context"/, '"app":{"__proto__":$1},"context"'),
  ),
  payload('the installation is under __proto__', 'claim-missing', (json) =>
    json.replace(/"installationId":("[^"]+")/, '"__proto__":{"installationId":$1}'),
  ),
  payload('the key aud ends in a NUL', 'claim-missing', (json) => json.replace('"aud"', '"aud\\u0000"')),
  payload('the key aud is in upper case', 'claim-missing', (json) => json.replace('"aud"', '"AUD"')),
  payload('the key aud has a Cyrillic letter', 'claim-missing', (json) => json.replace('"aud"', '"\u0430ud"')),
  payload('the key exp has an invisible space', 'claim-missing', (json) => json.replace('"exp"', '"exp\\u200b"')),
  payload('aud ends in a lone surrogate', 'audience-wrong', (json) => json.replace(/("aud":"[^"]+)"/, '$1\\ud800"')),
  {
    name: 'alg and kid are under __proto__',
    reason: 'algorithm-not-allowed',
    event: withToken({ headerText: (json) => `{"__proto__":${json}}` }),
  },
  {
    name: 'the key alg is in upper case',
    reason: 'algorithm-not-allowed',
    event: withToken({ headerText: (json) => json.replace('"alg"', '"ALG"') }),
  },
  {
    name: 'the key kid ends in a NUL',
    reason: 'key-unknown',
    event: withToken({ headerText: (json) => json.replace('"kid"', '"kid\\u0000"') }),
  },
];

export const jsonTexts: readonly Attack[] = [...inBoth, ...misleading];
