import fc from 'fast-check';
import {
  CURRENT_LABEL,
  formatVersionId,
  INCOMING_LABEL,
  installationUuid,
  parseVersionId,
  type SlotVersion,
} from '../../../lambda/contract/slot';

const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits });
const version: fc.Arbitrary<SlotVersion> = fc.record({
  expiresAtSeconds: fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }),
  installation: fc.uuid(),
  tokenHash: hex(20),
});

/** The first counterexample as it is: a smaller one says no more about an id, and finding it takes seconds. */
const check = <Values>(property: fc.IProperty<Values>) => fc.assert(property, { endOnFailure: true });

test('a version on its way has a label of its own, which Secrets Manager never moves by itself', () => {
  expect(CURRENT_LABEL).toBe('AWSCURRENT');
  expect(INCOMING_LABEL).toMatch(/^(?!AWS)[A-Z_]+$/);
});

describe('a slot version id', () => {
  test('says again what it was made of', () => {
    check(fc.property(version, (said) => expect(parseVersionId(formatVersionId(said))).toEqual(said)));
  });

  test('has 64 characters, the most that Secrets Manager allows', () => {
    check(fc.property(version, (said) => expect(formatVersionId(said)).toHaveLength(64)));
  });

  test('is greater for the token that expires later', () => {
    check(
      fc.property(version, version, (a, b) => {
        fc.pre(a.expiresAtSeconds < b.expiresAtSeconds);
        expect(formatVersionId(a) < formatVersionId(b)).toBe(true);
      }),
    );
  });

  test('keeps its length, and so its order, for a time with fewer digits', () => {
    const id = formatVersionId({
      expiresAtSeconds: 5,
      installation: '0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70',
      tokenHash: 'a'.repeat(20),
    });
    expect(id).toBe(`0000000005-0f5a7e0c9a4b4a3e8a1d2c3b4d5e6f70-${'a'.repeat(20)}`);
  });

  test.each([
    'a1b2c3d4-5678-90ab-cdef-EXAMPLE11111',
    '',
    `${'1'.repeat(10)}-${'a'.repeat(32)}-${'a'.repeat(21)}`,
    `x${'1'.repeat(10)}-${'a'.repeat(32)}-${'a'.repeat(20)}`,
    `${'1'.repeat(11)}-${'a'.repeat(32)}-${'a'.repeat(20)}`,
    `${'1'.repeat(10)}-${'A'.repeat(32)}-${'a'.repeat(20)}`,
    `${'1'.repeat(10)}-${'a'.repeat(32)}-${'g'.repeat(20)}`,
    `${'1'.repeat(10)}_${'a'.repeat(32)}-${'a'.repeat(20)}`,
  ])('is not what somebody else wrote: %j', (id) => {
    expect(parseVersionId(id)).toBeUndefined();
  });

  test('is refused when it would not be one, and named', () => {
    const make = () => formatVersionId({ expiresAtSeconds: 1.5, installation: 'none', tokenHash: '' });
    expect(make).toThrow(RangeError);
    expect(make).toThrow('"00000001.5-none-"');
  });
});

describe('an installation', () => {
  const uuid = '0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70';
  const ari = `ari:cloud:ecosystem::installation/${uuid}`;

  test('has the uuid in its ARI', () => {
    expect(installationUuid(ari)).toBe(uuid);
  });

  test.each([
    uuid,
    `ari:cloud:ecosystem::app/${uuid}`,
    `${ari}/more`,
    `${ari}\n`,
    `x${ari}`,
    `${ari}0`,
    ari.replace('0f5a7e0c', '0f5a7e0'),
    ari.replace('-8a1d', ''),
    ari.replace('-8a1d', '-8a1'),
    ari.toUpperCase(),
    `ari:cloud:ecosystem::installation/${uuid.toUpperCase()}`,
    `ari:cloud:ecosystem::installation/${uuid.replaceAll('-', '')}`,
  ])('is not named by %j', (text) => {
    expect(installationUuid(text)).toBeUndefined();
  });
});
