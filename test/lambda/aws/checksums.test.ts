import * as theirs from '@smithy/core/checksum';
import fc from 'fast-check';
import * as ours from '../../../lambda/aws/checksums';

interface Sum {
  update(data: Uint8Array): void;
  digest(): Promise<Uint8Array>;
  reset(): void;
}

async function digestOf(sum: Sum, parts: readonly Uint8Array[]): Promise<string> {
  for (const part of parts) sum.update(part);
  return Buffer.from(await sum.digest()).toString('hex');
}

const parts = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 });

test('SHA-256 is what the SDK has, in whatever parts the data comes', async () => {
  await fc.assert(
    fc.asyncProperty(parts, async (data) => {
      expect(await digestOf(new ours.Sha256(), data)).toBe(await digestOf(new theirs.Sha256(), data));
    }),
  );
});

test('HMAC with SHA-256 is what the SDK has, with keys as text and as bytes', async () => {
  const secret = fc.oneof(fc.string({ minLength: 1 }), fc.uint8Array({ minLength: 1, maxLength: 200 }));
  await fc.assert(
    fc.asyncProperty(secret, parts, async (key, data) => {
      expect(await digestOf(new ours.Sha256(key), data)).toBe(await digestOf(new theirs.Sha256(key), data));
    }),
  );
});

test('MD5 is what the SDK has', async () => {
  await fc.assert(
    fc.asyncProperty(parts, async (data) => {
      expect(await digestOf(new ours.Md5(), data)).toBe(await digestOf(new theirs.Md5(), data));
    }),
  );
});

test.each([['SHA-256', () => new ours.Sha256('key')] as const, ['MD5', () => new ours.Md5()] as const])(
  '%s begins anew after a reset',
  async (_, make) => {
    const data = [Buffer.from('data')];
    const sum = make();
    sum.update(Buffer.from('dropped'));
    sum.reset();
    expect(await digestOf(sum, data)).toBe(await digestOf(make(), data));
  },
);
