import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Reason } from '../../../../../lambda/contract/outcomes';
import { type Attack, withToken } from '../support/attack';
import type { Forge } from '../support/forge';
import { byForge, type Sign } from '../support/token';

const noSignature: Sign = () => Buffer.alloc(0);

/** With Forge's own private key: the algorithm is all that is wrong. */
const rsa =
  (hash: string, padding: number): Sign =>
  (input, { commercial }) =>
    sign(hash, Buffer.from(input), {
      key: commercial.privateKey,
      padding,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    });
const pkcs1 = (hash: string) => rsa(hash, constants.RSA_PKCS1_PADDING);
const pss = (hash: string) => rsa(hash, constants.RSA_PKCS1_PSS_PADDING);

const elliptic =
  (namedCurve: string, hash: string): Sign =>
  (input) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve });
    return sign(hash, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  };
const edwards: Sign = (input) => sign(null, Buffer.from(input), generateKeyPairSync('ed25519').privateKey);

/** The classic: the public key, which everybody has, taken for a shared secret. */
const hmac =
  (hash: string, secret: (publicKey: KeyObject) => string | Buffer): Sign =>
  (input, { commercial }: Forge) =>
    createHmac(hash, secret(commercial.publicKey)).update(input).digest();
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' });
const pkcs1Pem = (key: KeyObject) => key.export({ type: 'pkcs1', format: 'pem' });
const der = (key: KeyObject) => key.export({ type: 'spki', format: 'der' });
const jwk = (key: KeyObject) => JSON.stringify(key.export({ format: 'jwk' }));
const modulus = (key: KeyObject) => Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url');

const attack = (name: string, alg: unknown, signature: Sign, reason: Reason = 'algorithm-not-allowed'): Attack => ({
  name,
  reason,
  event: withToken({ header: { alg }, sign: signature }),
});

const unsigned = ['none', 'None', 'NONE', 'nOnE'].flatMap((alg) => [
  attack(`alg ${alg}, without a signature`, alg, noSignature, 'authorization-malformed'),
  attack(`alg ${alg}, with a good RS256 signature`, alg, byForge),
]);

const sharedSecret = [
  attack('HS256 with the public key in PEM as the secret', 'HS256', hmac('sha256', pem)),
  attack(
    'HS256 with the public key in PEM without its last newline',
    'HS256',
    hmac('sha256', (key) => `${pem(key)}`.trim()),
  ),
  attack('HS256 with the public key in PKCS #1 PEM as the secret', 'HS256', hmac('sha256', pkcs1Pem)),
  attack('HS256 with the public key in DER as the secret', 'HS256', hmac('sha256', der)),
  attack('HS256 with the public JWK as the secret', 'HS256', hmac('sha256', jwk)),
  attack('HS256 with the modulus as the secret', 'HS256', hmac('sha256', modulus)),
  attack(
    'HS256 with an empty secret',
    'HS256',
    hmac('sha256', () => ''),
  ),
  attack('HS384 with the public key in PEM as the secret', 'HS384', hmac('sha384', pem)),
  attack('HS512 with the public key in PEM as the secret', 'HS512', hmac('sha512', pem)),
];

const otherAlgorithms = [
  attack("RS384 with Forge's key", 'RS384', pkcs1('RSA-SHA384')),
  attack("RS512 with Forge's key", 'RS512', pkcs1('RSA-SHA512')),
  attack("RS1 with Forge's key", 'RS1', pkcs1('RSA-SHA1')),
  attack("PS256 with Forge's key", 'PS256', pss('sha256')),
  attack("PS384 with Forge's key", 'PS384', pss('sha384')),
  attack("PS512 with Forge's key", 'PS512', pss('sha512')),
  attack('ES256', 'ES256', elliptic('P-256', 'sha256')),
  attack('ES384', 'ES384', elliptic('P-384', 'sha384')),
  attack('ES512', 'ES512', elliptic('P-521', 'sha512')),
  attack('ES256K', 'ES256K', elliptic('secp256k1', 'sha256')),
  attack('EdDSA', 'EdDSA', edwards),
  attack('Ed25519', 'Ed25519', edwards),
];

/** Another algorithm's signature, under the name of the right one. */
const disguised = [
  attack('a PS256 signature under the name RS256', 'RS256', pss('sha256'), 'signature-invalid'),
  attack('an RS384 signature under the name RS256', 'RS256', pkcs1('RSA-SHA384'), 'signature-invalid'),
  attack('an RS512 signature under the name RS256', 'RS256', pkcs1('RSA-SHA512'), 'signature-invalid'),
  attack('an RS1 signature under the name RS256', 'RS256', pkcs1('RSA-SHA1'), 'signature-invalid'),
  attack('an HS256 signature under the name RS256', 'RS256', hmac('sha256', pem), 'signature-invalid'),
  attack('an ES256 signature under the name RS256', 'RS256', elliptic('P-256', 'sha256'), 'signature-invalid'),
];

/** Each with a good RS256 signature: only the name is wrong. */
const misnamed = [
  ['missing', undefined],
  ['null', null],
  ['empty', ''],
  ['a number', 256],
  ['true', true],
  ['RS256 in an array', ['RS256']],
  ['an array of RS256 and none', ['RS256', 'none']],
  ['an object', { name: 'RS256' }],
  ['rs256', 'rs256'],
  ['Rs256', 'Rs256'],
  ['RS256 and a space', 'RS256 '],
  ['a space and RS256', ' RS256'],
  ['RS256 and a NUL', 'RS256\0'],
  ['RS256 and a newline', 'RS256\n'],
  ['RS256 in full-width letters', 'ＲＳ２５６'],
  ['RS256,none', 'RS256,none'],
  ['the name that Java gives it', 'SHA256withRSA'],
  ['one for encryption', 'RSA-OAEP'],
  ['dir', 'dir'],
  ['__proto__', '__proto__'],
].map(([what, alg]) => attack(`alg is ${what}`, alg, byForge));

export const algorithms: readonly Attack[] = [
  ...unsigned,
  ...sharedSecret,
  ...otherAlgorithms,
  ...disguised,
  ...misnamed,
];
