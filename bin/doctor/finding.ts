import { REASONS, type Reason } from '../../lambda/contract/outcomes';

/**
 * The result of a check.
 *
 * - `ok`: nothing is wrong.
 * - `wrong`: something is wrong; there are fixes.
 * - `nothing`: nothing to check, because it is switched off, or has not happened yet.
 * - `unseen`: it could not be checked.
 */
export type Status = 'ok' | 'wrong' | 'nothing' | 'unseen';

/** One row of the table. */
export interface Finding {
  readonly check: string;
  readonly status: Status;
  /** The finding in one sentence. */
  readonly summary: string;
  /** More lines about it. */
  readonly details?: readonly string[];
  /** What to do, first things first. Never empty when something is wrong. */
  readonly fixes?: readonly string[];
}

/** A finding without the name of its check. */
export type Outcome = Omit<Finding, 'check'>;

export const ok = (summary: string, details: readonly string[] = []): Outcome => ({ status: 'ok', summary, details });

export const wrong = (
  summary: string,
  fixes: readonly [string, ...string[]],
  details: readonly string[] = [],
): Outcome => ({
  status: 'wrong',
  summary,
  details,
  fixes,
});

export const nothing = (summary: string, details: readonly string[] = []): Outcome => ({
  status: 'nothing',
  summary,
  details,
});

/** Exit status for scripts: 0 nothing is wrong, 1 something is wrong, 2 something could not be checked. */
export function exitStatus(findings: readonly Finding[]): number {
  if (findings.some(({ status }) => status === 'wrong')) return 1;
  return findings.some(({ status }) => status === 'unseen') ? 2 : 0;
}

/** `value` if it is one of the receiver's reasons. */
export const asReason = (value: unknown): Reason | undefined => (isReason(value) ? value : undefined);

const isReason = (value: unknown): value is Reason => typeof value === 'string' && Object.hasOwn(REASONS, value);
