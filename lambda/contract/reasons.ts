/**
 * Why a call is not accepted: the closed list. Each reason has one HTTP status, one value of the metric dimension
 * `Reason`, one log line and one row in the README.
 *
 * To Forge, 401 says "the invocation token did not validate"; it is said only where that is so. 503 is trouble of
 * ours, which Forge may try again.
 */
export const REASONS = {
  // Not a call for this backend: decided before any cryptography.
  'route-unknown': 404,
  'method-not-allowed': 405,
  // The invocation token is at fault.
  'authorization-missing': 401,
  'authorization-malformed': 401,
  'algorithm-not-allowed': 401,
  'key-unknown': 401,
  'signature-invalid': 401,
  'token-expired': 401,
  'token-not-yet-valid': 401,
  'issuer-wrong': 401,
  'audience-wrong': 401,
  'app-wrong': 401,
  'claim-missing': 401,
  'claim-invalid': 401,
  'installation-malformed': 401,
  'environment-not-served': 401,
  // The call is genuine, what it brings is not enough.
  'system-token-missing': 422,
  'system-token-expired': 422,
  'system-token-too-large': 422,
  'slot-bound-elsewhere': 409,
  // Trouble on our side of the door.
  'key-server-unavailable': 503,
  'slot-unavailable': 503,
  'internal-error': 500,
} as const;

export type Reason = keyof typeof REASONS;
