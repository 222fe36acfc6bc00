import { NO_KEPT_KEY_SET } from '../../../lambda/contract/settings';
import { parseKeptKeySet } from '../../../lambda/forge/fetch-keys';

const KEY = {
  kty: 'RSA',
  kid: 'forge/invocation-token/1',
  n: 'n'.repeat(342),
  e: 'AQAB',
  alg: 'RS256',
  use: 'sig',
} as const;

test('the receiver reads what the monitor wrote', () => {
  const kept = { fetchedAt: 1_800_000_000_000, keys: [KEY, { ...KEY, kid: 'other' }] };
  expect(parseKeptKeySet(JSON.stringify(kept))).toEqual(kept);
});

test('nothing but the fields of a public key is used', () => {
  const { alg: _alg, use: _use, ...least } = { ...KEY, kid: 'least' };
  const keys = [{ ...KEY, d: 'private', x5c: ['certificate'] }, least];
  expect(parseKeptKeySet(JSON.stringify({ fetchedAt: 1, keys }))).toEqual({ fetchedAt: 1, keys: [KEY, least] });
});

test.each([
  ['a key without an id', { ...KEY, kid: undefined }],
  ['a key of another kind', { ...KEY, kty: 'EC' }],
  ['null', null],
  ['a text', 'key'],
])('%s is left out, and the others stay', (_, member) => {
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
  const keys = Array.from({ length: 6 }, () => ({ ...KEY, kid }));
  expect(JSON.stringify({ fetchedAt: 1_800_000_000_000, keys }).length).toBeLessThan(4_096);
});
