import type { Reason } from './contract/reasons';

/** A call that is not accepted, and why. Carries no token: its detail goes to the log as it is. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** Whether the call's signature was found to be Forge's. Who finds it says so here. */
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

/** `value` for a log line: as JSON, and short, since a stranger may have chosen it. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
