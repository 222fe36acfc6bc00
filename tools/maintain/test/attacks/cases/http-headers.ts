import { type Attack, type BuildEvent, withAuthorization, withEvent } from '../support/attack';
import { byStranger, createToken } from '../support/token';

const malformed: Readonly<Record<string, BuildEvent>> = {
  'a stranger after a comma': withAuthorization(
    (good, forge) => `${good},Bearer ${createToken(forge, { sign: byStranger })}`,
  ),
  'a stranger before a comma': withAuthorization(
    (good, forge) => `Bearer ${createToken(forge, { sign: byStranger })}, ${good}`,
  ),
  'the same value twice, with a comma': withAuthorization((good) => `${good},${good}`),
  'Basic after a comma': withAuthorization((good) => `${good}, Basic YTpi`),
  'Basic before a comma': withAuthorization((good) => `Basic YTpi, ${good}`),
  'a comma after it': withAuthorization((good) => `${good},`),
  'a comma before it': withAuthorization((good) => `,${good}`),
  'the scheme in lower case': withAuthorization((good) => good.replace('Bearer', 'bearer')),
  'the scheme in upper case': withAuthorization((good) => good.replace('Bearer', 'BEARER')),
  'the scheme twice': withAuthorization((good) => `Bearer ${good}`),
  'no scheme': withAuthorization((good) => good.replace('Bearer ', '')),
  'the scheme alone': withAuthorization(() => 'Bearer'),
  'the scheme and a space': withAuthorization(() => 'Bearer '),
  'the scheme Basic': withAuthorization((good) => good.replace('Bearer', 'Basic')),
  'the scheme JWT': withAuthorization((good) => good.replace('Bearer', 'JWT')),
  'a colon after the scheme': withAuthorization((good) => good.replace('Bearer', 'Bearer:')),
  'a tab after the scheme': withAuthorization((good) => good.replace(' ', '\t')),
  'two spaces after the scheme': withAuthorization((good) => good.replace(' ', '  ')),
  'an unbreakable space after the scheme': withAuthorization((good) => good.replace(' ', '\u00a0')),
  'nothing after the scheme': withAuthorization((good) => good.replace(' ', '')),
  'a space before it': withAuthorization((good) => ` ${good}`),
  'a space after it': withAuthorization((good) => `${good} `),
  'a newline before it': withAuthorization((good) => `\n${good}`),
  'a newline after it': withAuthorization((good) => `${good}\n`),
  'another header after a line break': withAuthorization((good) => `${good}\r\nx-forge-oauth-system: other`),
  'a NUL before it': withAuthorization((good) => `\0${good}`),
  'a byte order mark before it': withAuthorization((good) => `\ufeff${good}`),
  'a space alone': withAuthorization(() => ' '),
  'the token as a parameter': withAuthorization((good) => good.replace('Bearer ', 'Bearer token=')),
  'quotes around it': withAuthorization((good) => `"${good}"`),
  'a megabyte of letters': withAuthorization(() => `Bearer ${'a'.repeat(1024 * 1024)}`),
  'a megabyte after the token': withAuthorization((good) => good + 'A'.repeat(1024 * 1024)),
  'a megabyte of dots': withAuthorization(() => `Bearer ${'.'.repeat(1024 * 1024)}`),
};

/** Headers in which there is no value where a Function URL puts it: one string, under the name in lower case. */
const missing: Readonly<Record<string, BuildEvent>> = {
  'no value': withAuthorization(() => undefined),
  'an empty value': withAuthorization(() => ''),
  null: withAuthorization(() => null),
  'a number': withAuthorization(() => 1),
  true: withAuthorization(() => true),
  'the value in an array': withAuthorization((good) => [good]),
  'two values in an array': withAuthorization((good) => [good, good]),
  'the value in an object': withAuthorization((good) => ({ 0: good })),
};

const underAnotherName = [
  'Authorization',
  'AUTHORIZATION',
  'authorization ',
  ' authorization',
  'authorization\0',
  'proxy-authorization',
  'x-authorization',
  'x-forwarded-authorization',
  'x-amz-security-token',
  '__proto__',
].map(
  (name): Attack => ({
    name: `the token under the header name ${JSON.stringify(name)}`,
    reason: 'authorization-missing',
    event: withEvent((good) => {
      const { authorization, ...others } = good.headers;
      return { ...good, headers: { ...others, [name]: authorization } };
    }),
  }),
);

/** The token in other places of the event. */
const elsewhere: Readonly<Record<string, BuildEvent>> = {
  'no headers': withEvent(({ headers: _headers, ...good }) => good),
  'headers that are null': withEvent((good) => ({ ...good, headers: null })),
  'headers in an array': withEvent((good) => ({ ...good, headers: Object.entries(good.headers) })),
  'headers as a string': withEvent((good) => ({ ...good, headers: `authorization: ${good.headers.authorization}` })),
  'the token in a cookie': withEvent((good) => ({
    ...good,
    headers: {},
    cookies: [`authorization=${good.headers.authorization}`],
  })),
  'the token in the query': withEvent((good) => ({
    ...good,
    headers: {},
    rawQueryString: `authorization=${good.headers.authorization}`,
    queryStringParameters: { authorization: good.headers.authorization },
  })),
  'the token in the body': withEvent((good) => ({ ...good, headers: {}, body: JSON.stringify(good.headers) })),
  'the token in headers of several values': withEvent((good) => ({
    ...good,
    headers: {},
    multiValueHeaders: { authorization: [good.headers.authorization] },
  })),
  "the gateway's word that somebody is authorized": withEvent((good) => ({
    ...good,
    headers: {},
    requestContext: { ...good.requestContext, authorizer: { jwt: { claims: { aud: 'any' } } } },
  })),
};

const all = (reason: 'authorization-malformed' | 'authorization-missing', events: Record<string, BuildEvent>) =>
  Object.entries(events).map(([what, event]): Attack => ({ name: `authorization: ${what}`, reason, event }));

export const httpHeaders: readonly Attack[] = [
  ...all('authorization-malformed', malformed),
  ...all('authorization-missing', missing),
  ...all('authorization-missing', elsewhere),
  ...underAnotherName,
];
