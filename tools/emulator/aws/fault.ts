/**
 * A failure to act out instead of, or before, an operation:
 *
 * - an error in the service's own protocol, such as `{ status: 400, code: 'ThrottlingException', message: '…' }`
 * - `{ body }`: an answer that isn't AWS's at all. @default status 200
 * - `{ delayMs }`: the operation is done, but only after so many milliseconds
 * - `'hang'`: no answer until the emulation stops
 * - `'reset'`: the connection is cut
 */
export type Fault =
  | { readonly status: number; readonly code: string; readonly message: string }
  | { readonly body: string; readonly status?: number }
  | { readonly delayMs: number }
  | 'hang'
  | 'reset';

/** Decides for a call, such as `secretsmanager.PutSecretValue`, whether it fails. */
export type FaultRule = (call: string) => Fault | undefined;
