import { hashToken, readExpiry } from '../../../lambda/slots/slot-writer';
import { NOW_SECONDS, tokenExpiring } from './tokens';

const HOUR = 3600;

test('the expiry is what the token says', async () => {
  expect(readExpiry(await tokenExpiring(NOW_SECONDS + 4 * HOUR), NOW_SECONDS)).toBe(NOW_SECONDS + 4 * HOUR);
  expect(readExpiry(await tokenExpiring(NOW_SECONDS - 1), NOW_SECONDS)).toBe(NOW_SECONDS - 1);
});

test('a token that says nothing readable gets the documented least life of 2 h', async () => {
  const unreadable = [
    'opaque',
    '',
    'a.b.c',
    await tokenExpiring(undefined),
    await tokenExpiring('soon'),
    await tokenExpiring(0),
    await tokenExpiring(-1),
    await tokenExpiring(null),
    await tokenExpiring([NOW_SECONDS]),
  ];
  for (const token of unreadable) expect(readExpiry(token, NOW_SECONDS)).toBe(NOW_SECONDS + 2 * HOUR);
});

test('an expiry beyond that of any token is not believed, since it would lock later tokens out', async () => {
  expect(readExpiry(await tokenExpiring(NOW_SECONDS + 4 * HOUR + 5), NOW_SECONDS)).toBe(NOW_SECONDS + 4 * HOUR + 5);
  expect(readExpiry(await tokenExpiring(NOW_SECONDS + 4 * HOUR + 6), NOW_SECONDS)).toBe(NOW_SECONDS + 2 * HOUR);
});

test('a part of a second is cut off, so that the token is not taken for valid when it is not', async () => {
  expect(readExpiry(await tokenExpiring(NOW_SECONDS + 0.9), NOW_SECONDS)).toBe(NOW_SECONDS);
});

test('a hash tells tokens apart', () => {
  // printf one | sha256sum | head -c 20
  expect(hashToken('one')).toBe('7692c3ad3540bb803c02');
  expect(hashToken('one')).not.toBe(hashToken('two'));
});
