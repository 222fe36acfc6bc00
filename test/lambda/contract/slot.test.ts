import fc from 'fast-check';
import { formatVersionId, installationUuid, parseVersionId, type SlotVersion } from '../../../lambda/contract/slot';

const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits });
const version: fc.Arbitrary<SlotVersion> = fc.record({
  expiresAtSeconds: fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }),
  installation: fc.uuid(),
  tokenHash: hex(20),
});

describe('a slot version id', () => {
  test('says again what it was made of', () => {
    fc.assert(fc.property(version, (said) => expect(parseVersionId(formatVersionId(said))).toEqual(said)));
  });

  test('has 64 characters, the most that Secrets Manager allows', () => {
    fc.assert(fc.property(version, (said) => expect(formatVersionId(said)).toHaveLength(64)));
  });

  test('is greater for the token that expires later', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        fc.pre(a.expiresAtSeconds < b.expiresAtSeconds);
        expect(formatVersionId(a) < formatVersionId(b)).toBe(true);
      }),
    );
  });

  test.each([
    'a1b2c3d4-5678-90ab-cdef-EXAMPLE11111',
    '',
    `${'1'.repeat(10)}-${'a'.repeat(32)}-${'a'.repeat(21)}`,
    `x${'1'.repeat(10)}-${'a'.repeat(32)}-${'a'.repeat(20)}`,
    `${'1'.repeat(11)}-${'a'.repeat(32)}-${'a'.repeat(20)}`,
  ])('is not what somebody else wrote: %j', (id) => {
    expect(parseVersionId(id)).toBeUndefined();
  });

  test('is refused when it would not be one', () => {
    expect(() => formatVersionId({ expiresAtSeconds: 1.5, installation: 'none', tokenHash: '' })).toThrow(RangeError);
  });
});

test('an installation has a uuid only in the shape of its ARI', () => {
  const uuid = '0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70';
  expect(installationUuid(`ari:cloud:ecosystem::installation/${uuid}`)).toBe(uuid);
  expect(installationUuid(`ari:cloud:ecosystem::installation/${uuid}/more`)).toBeUndefined();
  expect(installationUuid(`ari:cloud:ecosystem::app/${uuid}`)).toBeUndefined();
  expect(installationUuid(`ari:cloud:ecosystem::installation/${uuid}\n`)).toBeUndefined();
});
