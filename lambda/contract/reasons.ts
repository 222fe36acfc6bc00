/** Who is likely to have made a call that was refused. */
export type Caller = 'forge' | 'stranger';

interface RefusalKind {
  readonly status: number;
  readonly caller: Caller;
  readonly slotIsWell?: true;
  readonly log: string;
}

/**
 * Why a call is not accepted: the closed list. Each reason has one HTTP status, one value of the metric dimension
 * `Reason`, one log line and one row in the README.
 *
 * To Forge, 401 says "the invocation token did not validate"; it is said only where that is so. 503 is trouble of
 * ours, which Forge may try again.
 *
 * `caller` is who is likely to be refused for it. A mistake in manifest.yml or config.ts, and trouble of ours, refuse
 * Forge's own calls: too many of them wake somebody. What only strangers are refused for wakes nobody; nor does what
 * leaves the slot as it should be, `slotIsWell`, which has a ticket of its own.
 */
export const REASONS = {
  // Not a call for this backend: decided before any cryptography.
  'route-unknown': { status: 404, caller: 'stranger', log: 'No route of manifest.yml has this path.' },
  'method-not-allowed': { status: 405, caller: 'stranger', log: 'Forge calls with POST; this was something else.' },
  'request-too-large': { status: 413, caller: 'stranger', log: 'The request is larger than any that Forge sends.' },

  // The invocation token is at fault.
  'authorization-missing': { status: 401, caller: 'stranger', log: 'No authorization header: not a call of Forge.' },
  'authorization-malformed': {
    status: 401,
    caller: 'stranger',
    log: 'The authorization header is not "Bearer " and one signed token.',
  },
  'algorithm-not-allowed': {
    status: 401,
    caller: 'stranger',
    log: 'Invocation tokens are signed with RS256 and nothing else.',
  },
  'header-not-allowed': {
    status: 401,
    caller: 'stranger',
    log: 'The token brings a key of its own, or extensions that must be understood.',
  },
  'key-unknown': { status: 401, caller: 'forge', log: "The token names a key that is not in Forge's key set." },
  'signature-invalid': { status: 401, caller: 'stranger', log: 'The signature does not match: forged or damaged.' },
  'token-expired': { status: 401, caller: 'forge', log: 'The invocation token has expired; it lives about 25 s.' },
  'token-not-yet-valid': {
    status: 401,
    caller: 'forge',
    log: 'The invocation token is from the future, by more than the clock skew allowed.',
  },
  'issuer-wrong': { status: 401, caller: 'forge', log: 'The token was not issued as a Forge invocation token.' },
  'audience-wrong': {
    status: 401,
    caller: 'forge',
    log: 'The token is for another app: compare app.id in manifest.yml with the app that calls.',
  },
  'app-wrong': { status: 401, caller: 'forge', log: 'The claim app.id names another app than the audience.' },
  'claim-missing': { status: 401, caller: 'forge', log: 'A claim that every invocation token has is missing.' },
  'claim-invalid': { status: 401, caller: 'forge', log: 'A claim has the wrong type or value.' },
  'installation-malformed': {
    status: 401,
    caller: 'forge',
    log: "The claim app.installationId is not an installation's ARI.",
  },
  'environment-not-served': {
    status: 401,
    caller: 'forge',
    log: 'This stage does not serve that Forge environment: see environments in config.ts, or the baseUrl that was deployed there.',
  },
  'isolated-cloud-not-served': {
    status: 401,
    caller: 'forge',
    log: 'The token is of an Isolated Cloud, and this stage serves none: see isolatedCloud in config.ts.',
  },
  'api-base-url-not-allowed': {
    status: 401,
    caller: 'forge',
    log: "The claim app.apiBaseUrl is not one of Atlassian's API hosts.",
  },

  // The call is genuine, but it can't be carried out.
  'system-token-missing': {
    status: 422,
    caller: 'forge',
    log:
      'Genuine call without a system token. Check in manifest.yml: auth.appSystemToken.enabled is true on the endpoint; ' +
      'auth stands under the endpoint, not under remotes; permissions.scopes has a product scope besides read:app-system-token.',
  },
  'system-token-expired': {
    status: 422,
    caller: 'forge',
    log: 'Genuine call, but its system token has expired already.',
  },
  'system-token-too-large': {
    status: 422,
    caller: 'forge',
    log: 'Genuine call, but its system token is larger than a slot can hold.',
  },
  'slot-bound-elsewhere': {
    status: 409,
    caller: 'forge',
    slotIsWell: true,
    log:
      'The slot holds a valid token of another installation, and this stage keeps one. Uninstall one of the two, or wait ' +
      'until the bound token has expired.',
  },

  'event-malformed': {
    status: 400,
    caller: 'forge',
    slotIsWell: true,
    log: "Genuine call, but its body is no event: not a JSON object, or no trigger of manifest.yml waits for it. Forge doesn't deliver it again for long.",
  },
  'event-too-large': {
    status: 413,
    caller: 'forge',
    slotIsWell: true,
    log: 'Genuine event, but it is too large for a message, even compressed and with its long texts shortened.',
  },

  // Trouble on our side of the door.
  'key-server-unavailable': {
    status: 503,
    caller: 'forge',
    log: "Forge's key server gives no usable key set, so the token can't be judged.",
  },
  'slot-unavailable': {
    status: 503,
    caller: 'forge',
    log: 'Secrets Manager or DynamoDB refused or failed.',
  },
  'queue-unavailable': {
    status: 503,
    caller: 'forge',
    slotIsWell: true,
    log: 'The token is stored, but SQS did not take the job.',
  },
  'internal-error': { status: 500, caller: 'forge', log: 'A fault in this backend.' },
} as const satisfies Record<string, RefusalKind>;

export type Reason = keyof typeof REASONS;

/** Whether a call refused for `reason` is one of Forge's, by its looks, whose token should be in a slot and isn't. */
export function isFailure(reason: Reason): boolean {
  const { caller, slotIsWell }: RefusalKind = REASONS[reason];
  return caller === 'forge' && slotIsWell !== true;
}
