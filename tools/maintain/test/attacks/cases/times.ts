import { NOW_MS, NOW_SECONDS } from '../../../../../test/support/forge-call';
import { type Attack, withClaim, withToken } from '../support/attack';

/** The clocks of Forge and of the receiver may be this many seconds apart. */
const SKEW = 5;

const expired: readonly Attack[] = (
  [
    ['exactly the skew ago', NOW_SECONDS - SKEW],
    ['a second more than the skew ago', NOW_SECONDS - SKEW - 1],
    ['a fraction of a second more than the skew ago', NOW_SECONDS - SKEW - 0.001],
    ['an hour ago', NOW_SECONDS - 3600],
    ['in 1970', 1],
    ['as close to zero as can be', Number.MIN_VALUE],
    ['seconds that were taken for minutes', Math.floor(NOW_SECONDS / 60)],
  ] as const
).map(([when, exp]) => ({ name: `exp is ${when}`, reason: 'token-expired', event: withClaim('exp', exp) }));

const notYetValid: readonly Attack[] = ['iat', 'nbf'].flatMap((claim) =>
  (
    [
      ['a second more than the skew ahead', NOW_SECONDS + SKEW + 1],
      ['a fraction of a second more than the skew ahead', NOW_SECONDS + SKEW + 0.001],
      ['an hour ahead', NOW_SECONDS + 3600],
      ['in milliseconds', NOW_MS],
      ['the greatest of all numbers', Number.MAX_VALUE],
    ] as const
  ).map(([when, time]) => ({
    name: `${claim} is ${when}`,
    reason: 'token-not-yet-valid' as const,
    event: withClaim(claim, time),
  })),
);

/** Numbers and words that are no time. */
const noTime: readonly Attack[] = ['exp', 'iat', 'nbf'].flatMap((claim) =>
  (
    [
      ['negative', -1],
      ['negative, but right otherwise', -NOW_SECONDS],
      ['a number in a string', String(NOW_SECONDS)],
      ['a date in a string', new Date(NOW_MS).toISOString()],
      ['the word Infinity', 'Infinity'],
      ['hexadecimal in a string', `0x${NOW_SECONDS.toString(16)}`],
    ] as const
  ).map(([what, value]) => ({
    name: `${claim} is ${what}`,
    reason: 'claim-invalid' as const,
    event: withClaim(claim, value),
  })),
);

/** Numbers that overflow when they are read. */
const infinite: readonly Attack[] = ['exp', 'iat', 'nbf'].flatMap((claim) =>
  ['1e999', '-1e999'].map((number) => ({
    name: `${claim} is ${number}, which overflows`,
    reason: 'claim-invalid' as const,
    event: withToken({
      payloadText: (json) => json.replace(new RegExp(`"${claim}":\\d+`), `"${claim}":${number}`),
    }),
  })),
);

export const times: readonly Attack[] = [...expired, ...notYetValid, ...noTime, ...infinite];
