import { type Attack, type BuildEvent, withParts } from '../support/attack';
import { createToken } from '../support/token';

/** The last character of a 256-byte signature has four bits to spare: another one can stand for the same bytes. */
function nonCanonical(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return part.slice(0, -1) + alphabet.charAt(alphabet.indexOf(part.slice(-1)) + 1);
}

const standardAlphabet = (text: string) => text.replaceAll('-', '+').replaceAll('_', '/');
const padded = (part: string) => part.padEnd(Math.ceil(part.length / 4) * 4, '=');

/** A signed token, written in a way that is not the compact form. */
const events: Readonly<Record<string, BuildEvent>> = {
  'no signature': withParts(({ header, payload }) => `${header}.${payload}`),
  'an empty signature': withParts(({ header, payload }) => `${header}.${payload}.`),
  'an empty payload': withParts(({ header, signature }) => `${header}..${signature}`),
  'an empty header': withParts(({ payload, signature }) => `.${payload}.${signature}`),
  'the header alone': withParts(({ header }) => header),
  'two dots and nothing else': withParts(() => '..'),
  'a dot before the token': withParts(({ header, payload, signature }) => `.${header}.${payload}.${signature}`),
  'a dot after the token': withParts(({ header, payload, signature }) => `${header}.${payload}.${signature}.`),
  'a dot doubled': withParts(({ header, payload, signature }) => `${header}..${payload}.${signature}`),
  'a fourth part': withParts(({ header, payload, signature }) => `${header}.${payload}.${signature}.${signature}`),
  'five parts, as of an encrypted token': withParts(
    ({ header, payload, signature }) => `${header}.${payload}.${signature}.${payload}.${signature}`,
  ),
  'two tokens joined with a dot': withParts(
    ({ header, payload, signature }, forge) => `${header}.${payload}.${signature}.${createToken(forge)}`,
  ),
  'two tokens joined with nothing': withParts(
    ({ header, payload, signature }, forge) => `${header}.${payload}.${signature}${createToken(forge)}`,
  ),
  'two tokens joined with a space': withParts(
    ({ header, payload, signature }, forge) => `${header}.${payload}.${signature} ${createToken(forge)}`,
  ),
  'a signature in another spelling of the same bytes': withParts(
    ({ header, payload, signature }) => `${header}.${payload}.${nonCanonical(signature)}`,
  ),
  'a signature of a length that no bytes have': withParts(
    ({ header, payload, signature }) => `${header}.${payload}.${signature.slice(0, -1)}`,
  ),
  'the alphabet of standard base64': withParts(({ header, payload, signature }) =>
    standardAlphabet(`${header}.${payload}.${signature}`),
  ),
  'a signature with padding': withParts(
    ({ header, payload, signature }) => `${header}.${payload}.${padded(signature)}`,
  ),
  'a space before the first dot': withParts(({ header, payload, signature }) => `${header} .${payload}.${signature}`),
  'a newline in the signature': withParts(
    ({ header, payload, signature }) => `${header}.${payload}.${signature.slice(0, 64)}\n${signature.slice(64)}`,
  ),
  'a NUL after the signature': withParts(({ header, payload, signature }) => `${header}.${payload}.${signature}\0`),
  'quotes around the token': withParts(({ header, payload, signature }) => `"${header}.${payload}.${signature}"`),
  'percent-encoded dots': withParts(({ header, payload, signature }) => `${header}%2E${payload}%2E${signature}`),
  'dots of another script': withParts(({ header, payload, signature }) => `${header}。${payload}。${signature}`),
  'the JSON form of a signed token': withParts(({ header, payload, signature }) =>
    JSON.stringify({ protected: header, payload, signature }),
  ),
  'a payload that is not encoded': withParts(
    ({ header, payload, signature }) => `${header}.${Buffer.from(payload, 'base64url')}.${signature}`,
  ),
};

export const compactForms: readonly Attack[] = Object.entries(events).map(([name, event]) => ({
  name,
  reason: 'authorization-malformed',
  event,
}));
