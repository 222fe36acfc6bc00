import { parseSlotLocation, type SlotLocation, slotVariables } from './slot-location';
import { invalid, required, type Variables } from './variables';

/** Names of the worker's environment variables, beside those of the slots. */
export const WORKER_ENV = {
  maxAttempts: 'FORGE_MAX_ATTEMPTS',
  deadLettersUrl: 'FORGE_DEAD_LETTERS_URL',
  remoteName: 'FORGE_REMOTE_NAME',
} as const;

/** The worker's settings, from its environment. */
export interface WorkerSettings {
  /** Where the tokens are. */
  readonly slots: SlotLocation;
  /** Runs of a job that fails, until it is given up. */
  readonly maxAttempts: number;
  /** Where it is kept then. */
  readonly deadLettersUrl: string;
  /** Value of the metric dimension `Remote`. */
  readonly remoteName: string;
}

/** The environment variables for `settings`. */
export const workerVariables = (settings: WorkerSettings): Record<string, string> => ({
  ...slotVariables(settings.slots),
  [WORKER_ENV.maxAttempts]: String(settings.maxAttempts),
  [WORKER_ENV.deadLettersUrl]: settings.deadLettersUrl,
  [WORKER_ENV.remoteName]: settings.remoteName,
});

/**
 * The settings in `variables`.
 *
 * @throws {Error} naming the variable and what is allowed
 */
export const parseWorkerVariables = (variables: Variables): WorkerSettings => ({
  slots: parseSlotLocation(variables),
  maxAttempts: parseAttempts(variables),
  deadLettersUrl: required(variables, WORKER_ENV.deadLettersUrl),
  remoteName: required(variables, WORKER_ENV.remoteName),
});

function parseAttempts(variables: Variables): number {
  const text = required(variables, WORKER_ENV.maxAttempts);
  const runs = Number(text);
  if (Number.isInteger(runs) && runs > 0) return runs;
  throw invalid(WORKER_ENV.maxAttempts, text, 'a whole number of runs');
}
