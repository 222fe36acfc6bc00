/**
 * A failure to inject instead of, or before, an operation:
 *
 * - an error in the service's own protocol, such as `{ status: 400, code: 'ThrottlingException', message: '…' }`
 * - `{ body }`: an answer that is not AWS's. @default status 200
 * - `{ delayMs }`: a delay before the operation
 * - `'hang'`: no answer until the emulation stops
 * - `'reset'`: the connection is reset
 */
export type Fault =
  | { readonly status: number; readonly code: string; readonly message: string }
  | { readonly body: string; readonly status?: number }
  | { readonly delayMs: number }
  | 'hang'
  | 'reset';

/** Chooses the fault of a call such as `secretsmanager.PutSecretValue`, if any. */
export type FaultRule = (call: string) => Fault | undefined;
