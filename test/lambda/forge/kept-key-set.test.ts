import { NO_KEPT_KEY_SET } from '../../../lambda/contract/settings';
import { publicKey } from '../../../lambda/forge/fetch-keys';
import { formatKeptKeySet, parseKeptKeySet } from '../../../lambda/forge/kept-key-set';

const KEY = { kty: 'RSA', kid: 'forge/invocation-token/1', n: 'modulus', e: 'AQAB', alg: 'RS256', use: 'sig' } as const;

test('the receiver reads what the monitor wrote', () => {
  const kept = { fetchedAt: 1_800_000_000_000, keys: [KEY, { ...KEY, kid: 'other' }] };
  expect(parseKeptKeySet(formatKeptKeySet(kept))).toEqual(kept);
});

test('nothing but the fields of a public key is kept', () => {
  expect(publicKey({ ...KEY, d: 'private', x5c: ['certificate'] })).toEqual(KEY);
  const { alg: _alg, use: _use, ...least } = KEY;
  expect(publicKey(least)).toEqual(least);
});

test.each([
  ['a key without an id', { ...KEY, kid: undefined }],
  ['a key of another kind', { ...KEY, kty: 'EC' }],
  ['null', null],
  ['a text', 'key'],
])('%s is left out, and the others stay', (_, member) => {
  expect(publicKey(member)).toBeUndefined();
  const text = JSON.stringify({ fetchedAt: 1, keys: [member, KEY] });
  expect(parseKeptKeySet(text)).toEqual({ fetchedAt: 1, keys: [KEY] });
});

test.each([
  ['the parameter as it is deployed', NO_KEPT_KEY_SET],
  ['no JSON', 'keys'],
  ['a list', '[]'],
  ['a set without a time', JSON.stringify({ keys: [KEY] })],
  ['a set without keys', JSON.stringify({ fetchedAt: 1 })],
])('%s holds no key set', (_, text) => {
  expect(parseKeptKeySet(text)).toBeUndefined();
});

test('six keys fit into a parameter that costs nothing: 4 KB', () => {
  const kid = `forge/invocation-token/wf-${'0'.repeat(36)}`;
  const keys = Array.from({ length: 6 }, () => ({ ...KEY, kid, n: 'n'.repeat(342) }));
  expect(formatKeptKeySet({ fetchedAt: 1_800_000_000_000, keys }).length).toBeLessThan(4_096);
});
