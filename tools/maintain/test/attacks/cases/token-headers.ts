import { type Attack, withToken } from '../support/attack';
import type { Forge } from '../support/forge';
import { byStranger, type TokenChange } from '../support/token';

const attack = (name: string, change: TokenChange | ((forge: Forge) => TokenChange)): Attack => ({
  name,
  reason: 'header-not-allowed',
  event: withToken(change),
});

const ELSEWHERE = 'https://keys.attacker.example/jwks.json';

/** Tokens that bring the key by which they want to be checked, and are signed with it. */
const ownKey = [
  attack('a jwk in the header', ({ stranger }) => ({ header: { jwk: stranger.jwks.keys[0] }, sign: byStranger })),
  attack('a jwk in the header, and its key id', ({ stranger }) => ({
    header: { jwk: stranger.jwks.keys[0], kid: stranger.keyId },
    sign: byStranger,
  })),
  attack("Forge's own jwk in the header", ({ commercial }) => ({ header: { jwk: commercial.jwks.keys[0] } })),
  attack('a jku in the header', { header: { jku: ELSEWHERE }, sign: byStranger }),
  attack('an x5u in the header', { header: { x5u: ELSEWHERE }, sign: byStranger }),
  attack('an x5c in the header', ({ stranger }) => ({
    header: { x5c: [stranger.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] },
    sign: byStranger,
  })),
];

/** Each on a token that Forge's key signed: the parameter alone is reason enough. */
const forbidden: readonly Attack[] = [
  ['crit of a known extension', { crit: ['b64'], b64: true }],
  ['crit of an unknown extension', { crit: ['exploit'], exploit: 1 }],
  ['crit of a registered claim', { crit: ['exp'] }],
  ['crit that is empty', { crit: [] }],
  ['crit that is null', { crit: null }],
  ['crit that is a string', { crit: 'b64' }],
  ['b64 false', { b64: false }],
  ['b64 false, and crit says so', { b64: false, crit: ['b64'] }],
  ['b64 true', { b64: true }],
  ['jwk that is null', { jwk: null }],
  ['jku that is empty', { jku: '' }],
  ['x5u that is false', { x5u: false }],
  ['x5c that is empty', { x5c: [] }],
].map(([what, header]) => attack(`${what}, in a signed header`, { header: header as Record<string, unknown> }));

export const tokenHeaders: readonly Attack[] = [...ownKey, ...forbidden];
