import { NOW_SECONDS, systemToken } from '../support/forge-call';
import { findLeaks } from './find-leaks';

const find = (text: string, ...tokens: string[]) => findLeaks([{ where: 'The log', text }], tokens);

test.each<[string, (token: string) => string]>([
  ['as it is', (token) => token],
  ['in a header', (token) => `{"authorization":"Bearer ${token}"}`],
  ['without its header and payload', (token) => `signature ${token.slice(token.lastIndexOf('.') + 1)}`],
  ["in base64's other alphabet", (token) => token.replaceAll('-', '+').replaceAll('_', '/')],
  ['in base64, alone', (token) => btoa(token)],
  ['in base64, one byte after the start', (token) => btoa(`x${token}`)],
  ['in base64, two bytes after the start', (token) => btoa(`xx${token}!`)],
  ['in base64url, in JSON', (token) => Buffer.from(JSON.stringify({ token })).toString('base64url')],
])('a token is found %s', async (_form, say) => {
  const token = await systemToken(NOW_SECONDS);
  expect(find(`before ${say(token)} after`, 'another-opaque-token', token)).toEqual([
    expect.stringMatching(/^The log shows a token's signature( in base64)?\.$/),
  ]);
});

test('an opaque token is found', () => {
  expect(find('got 0b7e6c1a-opaque-token', '0b7e6c1a-opaque-token')).toHaveLength(1);
});

test('a signed token is found even when nobody knows it', async () => {
  expect(find(`got ${await systemToken(NOW_SECONDS)}`)).toEqual(['The log shows what looks like a signed token.']);
});

test('no find names the token', async () => {
  const token = await systemToken(NOW_SECONDS);
  expect(find(token, token).join()).not.toContain(token.slice(-16));
});

test('what tells tokens apart without saying any is no find', async () => {
  const token = await systemToken(NOW_SECONDS);
  const [header, payload] = token.split('.');
  expect(find(`${header}.${payload} of ${token.length} characters`, token, '', 'short', 'a.b.c')).toEqual([]);
});
