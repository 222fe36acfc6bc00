import { type Attack, type BuildEvent, withParts, withToken } from '../support/attack';
import type { Forge } from '../support/forge';
import { base64url, byForge, byIsolatedCloud, byStranger, createToken, type Sign, splitToken } from '../support/token';

/** Changes the bytes of Forge's signature. */
const damaged = (change: (signature: Buffer) => Buffer): BuildEvent =>
  withToken({ sign: (input, forge) => change(byForge(input, forge)) });

const signedWith = (sign: Sign): BuildEvent => withToken({ sign });

/** The signature of another token, which Forge made for the same app. */
const signatureOfAnother = (forge: Forge) => splitToken(createToken(forge)).signature;

function flipBit(bytes: Buffer, index: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(index) ^ 1, index);
  return copy;
}

/** Same length as a signature; 1 is its own power, whatever the key. */
const number = (value: number) => Buffer.concat([Buffer.alloc(255), Buffer.from([value])]);

const events: Readonly<Record<string, BuildEvent>> = {
  'the signature without its last byte': damaged((signature) => signature.subarray(0, -1)),
  'the signature without its first byte': damaged((signature) => signature.subarray(1)),
  'half of the signature': damaged((signature) => signature.subarray(0, 128)),
  'one byte as the signature': damaged(() => Buffer.from([0])),
  'the signature and a zero byte': damaged((signature) => Buffer.concat([signature, Buffer.alloc(1)])),
  'a zero byte and the signature': damaged((signature) => Buffer.concat([Buffer.alloc(1), signature])),
  'the signature twice': damaged((signature) => Buffer.concat([signature, signature])),
  'the first bit of the signature flipped': damaged((signature) => flipBit(signature, 0)),
  'the last bit of the signature flipped': damaged((signature) => flipBit(signature, 255)),
  'the signature backwards': damaged((signature) => Buffer.from(signature).reverse()),
  'zero as the signature': damaged(() => number(0)),
  'one as the signature': damaged(() => number(1)),
  'all ones as the signature': damaged(() => Buffer.alloc(256, 0xff)),
  'the modulus as the signature': signedWith((_input, { commercial }) =>
    Buffer.from(commercial.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url'),
  ),
  "a stranger's signature": signedWith(byStranger),
  "an Isolated Cloud's signature": signedWith(byIsolatedCloud),
  'a signature over the header alone': signedWith((input, forge) => byForge(input.split('.')[0] ?? '', forge)),
  'a signature over the payload alone': signedWith((input, forge) => byForge(input.split('.')[1] ?? '', forge)),
  'a signature over the decoded parts': signedWith((input, forge) =>
    byForge(
      input
        .split('.')
        .map((part) => Buffer.from(part, 'base64url'))
        .join('.'),
      forge,
    ),
  ),
  'the signature of another token': withParts(
    ({ header, payload }, forge) => `${header}.${payload}.${signatureOfAnother(forge)}`,
  ),
  'the payload of a forged token': withParts(({ header, signature }, forge) => {
    const forged = splitToken(createToken(forge, { claims: { 'app.appVersion': '6.6.6' }, sign: byStranger }));
    return `${header}.${forged.payload}.${signature}`;
  }),
  'a header parameter that was not signed': withParts(({ header, payload, signature }) => {
    const { typ: _typ, ...rest } = JSON.parse(Buffer.from(header, 'base64url').toString());
    return `${base64url(JSON.stringify(rest))}.${payload}.${signature}`;
  }),
};

export const signatures: readonly Attack[] = Object.entries(events).map(([name, event]) => ({
  name,
  reason: 'signature-invalid',
  event,
}));
