import { type Attack, withEvent } from '../support/attack';

const MEBIBYTE = 1024 * 1024;

const base64 = (bytes: number) => Buffer.alloc(bytes, 'forge').toString('base64');

/** Forge sends at most 5 MB. */
const MOST_CHARACTERS = 5 * MEBIBYTE;

/** Bodies that are too large. What is in a body decides nothing: nothing in it is signed. */
export const bodies: readonly Attack[] = (
  [
    ['6 MB in base64', () => ({ body: base64(6 * MEBIBYTE), isBase64Encoded: true })],
    ['6 MB in base64, said to be plain', () => ({ body: base64(6 * MEBIBYTE), isBase64Encoded: false })],
    ['8 MB of text', () => ({ body: 'a'.repeat(8 * MEBIBYTE) })],
    ['8 MB of text, said to be base64', () => ({ body: '{}'.repeat(4 * MEBIBYTE), isBase64Encoded: true })],
    ['3 bytes too long in base64', () => ({ body: base64(5 * MEBIBYTE + 3), isBase64Encoded: true })],
    ['one character too long', () => ({ body: 'a'.repeat(MOST_CHARACTERS + 1) })],
    ['too long, in characters of three bytes', () => ({ body: '€'.repeat(MOST_CHARACTERS + 1) })],
  ] as const
).map(([what, change]) => ({
  name: `the body is ${what}`,
  reason: 'request-too-large',
  event: withEvent((good) => ({ ...good, ...change() })),
}));
