import { SignJWT } from 'jose';
import { hashToken, readExpiry } from '../../../lambda/slots/system-token';
import { NOW_SECONDS, systemToken } from '../../support/forge-call';

const HOUR = 3600;
const expiringAt = (exp: unknown) =>
  new SignJWT({ exp: exp as number })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode('a secret of the test'));

test('the expiry is what the token says', async () => {
  expect(readExpiry(await systemToken(NOW_SECONDS + 4 * HOUR), NOW_SECONDS)).toBe(NOW_SECONDS + 4 * HOUR);
  expect(readExpiry(await systemToken(NOW_SECONDS - 1), NOW_SECONDS)).toBe(NOW_SECONDS - 1);
});

test('a token that says nothing readable gets the documented least life of 2 h', async () => {
  const unreadable = [
    'opaque',
    '',
    'a.b.c',
    await expiringAt(undefined),
    await expiringAt('soon'),
    await expiringAt(0),
  ];
  for (const token of unreadable) expect(readExpiry(token, NOW_SECONDS)).toBe(NOW_SECONDS + 2 * HOUR);
});

test('an expiry more than a day ahead is not believed, since it would lock later tokens out', async () => {
  expect(readExpiry(await systemToken(NOW_SECONDS + 24 * HOUR), NOW_SECONDS)).toBe(NOW_SECONDS + 24 * HOUR);
  expect(readExpiry(await systemToken(NOW_SECONDS + 24 * HOUR + 1), NOW_SECONDS)).toBe(NOW_SECONDS + 2 * HOUR);
});

test('a hash tells tokens apart', () => {
  expect(hashToken('one')).toMatch(/^[0-9a-f]{20}$/);
  expect(hashToken('one')).not.toBe(hashToken('two'));
});
