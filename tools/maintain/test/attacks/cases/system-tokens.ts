import { NOW_SECONDS } from '../../../../../test/support/forge-call';
import { type Attack, goodEvent, withHeaders } from '../support/attack';
import { base64url } from '../support/token';

const SYSTEM = 'x-forge-oauth-system';
const ANOTHER_INSTALLATION = '00000000-0000-4000-8000-000000000000';

const expiringAt = (exp: number) => `${base64url('{"alg":"HS256"}')}.${base64url(JSON.stringify({ exp }))}.AAAA`;

/** Genuine calls whose system token can't be kept: the one kind of attack that Forge's own key would vouch for. */
export const systemTokens: readonly Attack[] = [
  ...(
    [
      ['absent', { [SYSTEM]: undefined }],
      ['empty', { [SYSTEM]: '' }],
      ['null', { [SYSTEM]: null }],
      ['a number', { [SYSTEM]: 1 }],
      ['in an array', { [SYSTEM]: ['token'] }],
      ['under a name in upper case', { [SYSTEM]: undefined, 'X-Forge-OAuth-System': 'token' }],
      ["a user's", { [SYSTEM]: undefined, 'x-forge-oauth-user': 'token' }],
    ] as const
  ).map(
    ([what, headers]): Attack => ({
      name: `the system token is ${what}`,
      reason: 'system-token-missing',
      event: withHeaders(headers),
    }),
  ),
  ...(
    [
      ['expired by a second', NOW_SECONDS - 1],
      ['expired this second', NOW_SECONDS],
      ['expired in 1970', 1],
    ] as const
  ).map(
    ([what, exp]): Attack => ({
      name: `the system token has ${what}`,
      reason: 'system-token-expired',
      event: withHeaders({ [SYSTEM]: expiringAt(exp) }),
      reachesWriter: true,
    }),
  ),
  {
    name: 'the system token is larger than a slot can hold',
    reason: 'system-token-too-large',
    event: withHeaders({ [SYSTEM]: 'a'.repeat(65_536) }),
    reachesWriter: true,
  },
  ...(
    [
      ['a space', 'a b'],
      ['a line break', 'a\nb'],
      ['a letter that is not ASCII', 'ä'],
      ['a NUL', 'a\0'],
    ] as const
  ).map(
    ([what, token]): Attack => ({
      name: `the system token has ${what} in it, which no request can carry`,
      reason: 'system-token-unusable',
      event: withHeaders({ [SYSTEM]: token }),
      reachesWriter: true,
    }),
  ),
  {
    name: 'the system token is too large once it is JSON',
    reason: 'system-token-too-large',
    event: withHeaders({ [SYSTEM]: '"'.repeat(33_000) }),
    reachesWriter: true,
  },
  {
    name: 'the slot holds a valid token of another installation',
    reason: 'slot-bound-elsewhere',
    event: goodEvent,
    stage: { slotBoundTo: ANOTHER_INSTALLATION },
    reachesWriter: true,
  },
];
