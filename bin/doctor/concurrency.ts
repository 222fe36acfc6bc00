import { type Outcome, ok, wrong } from './finding';

/** Executions at a time that AWS gives an account by default, and can be asked for free of charge. */
const USUAL = 1_000;

/** What an account keeps for functions with nothing set aside: from there on a part can be reserved for the receiver. */
const ENOUGH = 100;

/** What Lambda lets run at once in the account and region, whatever it belongs to. */
export interface ConcurrencyLimit {
  readonly total: number;
  /** The part that no function has set aside. */
  readonly unreserved: number;
}

/** The receiver doesn't go short as soon as something else in the account is busy. */
export function concurrencyOutcome({ total, unreserved }: ConcurrencyLimit): Outcome {
  const summary = `${total} executions at a time in this account and region, ${unreserved} of them for any function`;
  if (total > ENOUGH) return ok(summary);
  return wrong(`${summary}: a flood, or other functions, soon leave the receiver none`, [
    `Ask for ${USUAL}: Service Quotas, AWS Lambda, "Concurrent executions". It costs nothing.`,
    'Until then keep worker.concurrency in config.ts low: what it takes, the receiver lacks.',
  ]);
}
