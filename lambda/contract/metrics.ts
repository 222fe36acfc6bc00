/** Namespace of every metric that the functions emit. */
export const METRIC_NAMESPACE = 'ForgeRemote';

/** Metric names: the functions emit them, alarms read them. */
export const METRICS = {
  /** Calls answered with 2xx. Count. */
  accepted: 'Accepted',
  /** Calls answered with anything else; also by reason. Count. */
  refused: 'Refused',
  /** Refused calls that Forge signed for this app, and whose token should be in a slot and isn't. Count, with each call. */
  failed: 'Failed',
  /**
   * Refused calls that may be Forge's, without proof: no key, another app's token, a token of a user of the app's UI.
   * Others can make them at will, so they matter only while no call is accepted. Count, with each call.
   */
  unproven: 'Unproven',
  /** New tokens written to a slot. Count. */
  stored: 'TokenStored',
  /** Accepted calls whose token was dropped, since the slot's lasts longer. Count; the log line names the installation. */
  older: 'Older',
  /** Jobs that ended well. Count. */
  jobSucceeded: 'JobSucceeded',
  /** Runs of a job that failed and will be tried again, or go to the dead-letter queue. Count. */
  jobFailed: 'JobFailed',
  /** How long a job ran. Milliseconds. */
  jobDuration: 'JobDuration',
  /** All slots found. Count. */
  slotsTotal: 'SlotsTotal',
  /** Slots without a token that the receiver wrote. Count. */
  slotsEmpty: 'SlotsEmpty',
  /** Slots whose token has expired, without those that a reinstall has replaced. Count. */
  slotsExpired: 'SlotsExpired',
  /** How many of them expired within the last hour. Count. */
  slotsNewlyExpired: 'SlotsNewlyExpired',
  /** Slots whose token has begun to run out within the last hour. Count. */
  slotsRunningOut: 'SlotsRunningOut',
  /** Slots whose token is still valid, and older than it could be without a missed delivery. Count. */
  slotsLate: 'SlotsLate',
  /** Slots that a reinstall has replaced within the last hour, and that are still there. Count. */
  slotsNewlyReplaced: 'SlotsNewlyReplaced',
  /**
   * Life of the token that expires first; negative once it has expired, absent while there is none. A token that has
   * been running out for 40 minutes counts only while there is no other. Seconds.
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
