/** Namespace of all metrics of the functions. */
export const METRIC_NAMESPACE = 'ForgeRemote';

/** Names of metrics: the functions emit them, and alarms read them. */
export const METRICS = {
  /** Calls answered with 2xx. Count. */
  accepted: 'Accepted',
  /** All other calls; also by reason. Count. */
  refused: 'Refused',
  /** Refused calls that Forge signed for this app, and whose token is missing in its slot. Count, with each call. */
  failed: 'Failed',
  /**
   * Refused calls that may be Forge's, without proof: no key, another app's token, a token of a user of the app's UI.
   * Strangers can cause them, so they matter only while no call is accepted. Count, with each call.
   */
  unproven: 'Unproven',
  /** New tokens written to a slot. Count. */
  stored: 'TokenStored',
  /** Accepted calls whose token was dropped, because the slot's lasts longer. Count; the log names the installation. */
  older: 'Older',
  /** Jobs that succeeded. Count. */
  jobSucceeded: 'JobSucceeded',
  /** Failed runs of a job. They are retried, or go to the dead-letter queue. Count. */
  jobFailed: 'JobFailed',
  /** How long a job ran. Milliseconds. */
  jobDuration: 'JobDuration',
  /** All slots found. Count. */
  slotsTotal: 'SlotsTotal',
  /** Slots without a token that the receiver wrote. Count. */
  slotsEmpty: 'SlotsEmpty',
  /** Slots with an expired token, without those that a reinstall has replaced. Count. */
  slotsExpired: 'SlotsExpired',
  /** How many of them expired within the last hour. Count. */
  slotsNewlyExpired: 'SlotsNewlyExpired',
  /** Slots whose token began to run out within the last hour. Count. */
  slotsRunningOut: 'SlotsRunningOut',
  /** Slots with a valid token that has missed a delivery. Count. */
  slotsLate: 'SlotsLate',
  /** Remaining slots that a reinstall has replaced within the last hour. Count. */
  slotsNewlyReplaced: 'SlotsNewlyReplaced',
  /**
   * Remaining life of the token that expires first. Negative after it has expired; absent without a token. A token that has
   * been running out for 40 minutes counts only when there is no other. Seconds.
   */
  minTokenSecondsLeft: 'MinTokenSecondsLeft',
  /** 1 when the monitor could not fetch and keep Forge's key set, else 0. Count. */
  keySetFailures: 'KeySetFailures',
} as const;

export const DIMENSIONS = {
  /** Which remote: the name of its stack. */
  remote: 'Remote',
  /** Why a call was refused: a key of `REASONS`. */
  reason: 'Reason',
} as const;

/** Metrics of a refused call, beside `Refused`. */
type RefusalCount = 'failed' | 'unproven';

interface RefusalKind {
  readonly status: number;
  /** Its count when Forge signed the call for this app. Absent: none. */
  readonly signed?: RefusalCount;
  /** Its count without that proof. Absent: none, because any stranger can cause it. */
  readonly unsigned?: RefusalCount;
  readonly log: string;
}

/**
 * All reasons to refuse a call. Each has one HTTP status, one value of the metric dimension `Reason`, one log line and one
 * row in docs/refusals.md.
 *
 * To Forge, 401 means "the invocation token did not validate", so only such calls get it. 503 means trouble on our side:
 * Forge may retry.
 *
 * Anybody can send a call that looks like Forge's. So a refusal counts as `failed`, which pages, only if the signature holds
 * and the token is missing in its slot. `unproven` is a call that may be Forge's but can't be verified, or that users of
 * this app or of another one can cause: it pages only while no call is accepted.
 */
export const REASONS = {
  // Not a call for this backend: decided before any cryptography.
  'route-unknown': { status: 404, log: 'No route of manifest.yml has this path.' },
  'method-not-allowed': { status: 405, log: 'Wrong HTTP method: Forge calls with POST.' },
  'request-too-large': { status: 413, log: 'The request is larger than any that Forge sends.' },

  // The invocation token is at fault.
  'authorization-missing': { status: 401, log: 'No authorization header: not a call from Forge.' },
  'authorization-malformed': {
    status: 401,
    log: 'The authorization header is not "Bearer " and one signed token.',
  },
  'algorithm-not-allowed': {
    status: 401,
    log: 'Forge signs invocation tokens only with RS256; this one has another algorithm.',
  },
  'header-not-allowed': {
    status: 401,
    log: 'The token brings its own key, or demands extensions.',
  },
  'key-unknown': { status: 401, unsigned: 'unproven', log: "The token names a key that is not in Forge's key set." },
  'key-not-yet-known': {
    status: 503,
    unsigned: 'unproven',
    log: "The token names a key that was not in Forge's key set a moment ago. We ask again after 10 s.",
  },
  'signature-invalid': { status: 401, log: 'The signature does not match: forged or damaged.' },
  'token-expired': { status: 401, signed: 'failed', log: 'The invocation token has expired; it lives about 25 s.' },
  'token-not-yet-valid': {
    status: 401,
    signed: 'failed',
    log: 'The invocation token is from the future, by more than the clock skew allowed.',
  },
  'issuer-wrong': { status: 401, signed: 'failed', log: 'The token was not issued as a Forge invocation token.' },
  'audience-wrong': {
    status: 401,
    signed: 'unproven',
    log: 'The token is for another app: compare app.id in manifest.yml with the app that calls.',
  },
  'app-wrong': { status: 401, signed: 'failed', log: 'The claim app.id names another app than the audience.' },
  'claim-missing': { status: 401, signed: 'failed', log: 'A claim that every invocation token has is missing.' },
  'claim-invalid': { status: 401, signed: 'failed', log: 'A claim has the wrong type or value.' },
  'installation-malformed': {
    status: 401,
    signed: 'failed',
    log: "The claim app.installationId is not an installation's ARI.",
  },
  'environment-not-served': {
    status: 401,
    signed: 'failed',
    log: 'This stage does not serve that Forge environment: see environments in config.ts, or the baseUrl that was deployed there.',
  },
  'isolated-cloud-not-served': {
    status: 401,
    unsigned: 'unproven',
    log: 'The token is of an Isolated Cloud, and this stage serves none: see isolatedCloud in config.ts.',
  },
  'api-base-url-not-allowed': {
    status: 401,
    signed: 'failed',
    log: "The claim app.apiBaseUrl is not one of Atlassian's API hosts.",
  },

  // Signed for this app, but the call is not what its route is for. Users of the app's UI hold such tokens.
  'principal-not-allowed': {
    status: 403,
    signed: 'unproven',
    log: "The token has a principal: it was made for a user of the app's UI, and this route is for Forge's own calls.",
  },
  'module-not-allowed': {
    status: 403,
    signed: 'unproven',
    log: "The token was made for another module of the app than this route's: compare the modules in manifest.yml.",
  },

  // The call is genuine, but it can't be carried out.
  'replay-conflict': {
    status: 409,
    signed: 'failed',
    log:
      'The invocation token came a second time, with another system token or body: one of the two calls is not from Forge. Forge ' +
      'delivers again, with a new invocation token.',
  },
  'system-token-missing': {
    status: 422,
    signed: 'failed',
    log:
      'Genuine call without a system token. Check in manifest.yml: auth.appSystemToken.enabled is true on the endpoint; ' +
      'auth stands under the endpoint, not under remotes; permissions.scopes has a product scope besides read:app-system-token.',
  },
  'system-token-expired': {
    status: 422,
    signed: 'failed',
    log: 'Genuine call, but its system token has expired already.',
  },
  'system-token-too-large': {
    status: 422,
    signed: 'failed',
    log: 'Genuine call, but its system token is larger than a slot can hold.',
  },
  'system-token-unusable': {
    status: 422,
    signed: 'failed',
    log: 'Genuine call, but no request could carry its system token: it has characters that no bearer token has.',
  },
  'slot-bound-elsewhere': {
    status: 409,
    log:
      'The slot holds a valid token of another installation, and this stage keeps one. Uninstall one of the two, or wait ' +
      'until the bound token has expired.',
  },

  'event-malformed': {
    status: 400,
    log: "Genuine call whose body is not JSON, or no event of its route's triggers. The job did not run.",
  },
  'event-too-large': {
    status: 413,
    log: 'Genuine event, too large for the queue even compressed and shortened. The job did not run.',
  },

  // Trouble on our side of the door.
  'key-server-unavailable': {
    status: 503,
    unsigned: 'unproven',
    log: "Forge's key server gives no usable key set, so the token can't be judged.",
  },
  'slot-unavailable': {
    status: 503,
    signed: 'failed',
    log: 'Secrets Manager or DynamoDB refused or failed.',
  },
  'queue-unavailable': {
    status: 503,
    log: 'The token is stored, but SQS did not take the job.',
  },
  'internal-error': {
    status: 500,
    signed: 'failed',
    unsigned: 'unproven',
    log: 'An unexpected error in this backend.',
  },
} as const satisfies Record<string, RefusalKind>;

export type Reason = keyof typeof REASONS;

/**
 * The count of a call refused for `reason`, beside `Refused`.
 *
 * @param signed whether Forge signed the call
 */
export function countOf(reason: Reason, signed: boolean): RefusalCount | undefined {
  const kind: RefusalKind = REASONS[reason];
  return signed ? kind.signed : kind.unsigned;
}

/** Why a call is refused. Its detail goes to the log, and has no token. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** Whether Forge signed the call. Set after the signature is verified. */
  signed = false;

  /**
   * @param reason from the closed list
   * @param detail what was found and what was expected, for the log; never a token
   */
  constructor(
    readonly reason: Reason,
    readonly detail?: string,
    options?: ErrorOptions,
  ) {
    super(detail === undefined ? reason : `${reason}: ${detail}`, options);
  }
}
