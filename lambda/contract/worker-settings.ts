import { parseSlotLocation, type SlotLocation, slotVariables } from './slot-location';
import { required, type Variables } from './variables';

/** Names of the worker's environment variables, beside those of the slots. */
export const WORKER_ENV = { remoteName: 'FORGE_REMOTE_NAME' } as const;

/** What the worker is told by its environment. */
export interface WorkerSettings {
  /** Where the tokens are. */
  readonly slots: SlotLocation;
  /** Value of the metric dimension `Remote`. */
  readonly remoteName: string;
}

/** The environment variables that say `settings`. */
export const workerVariables = ({ slots, remoteName }: WorkerSettings): Record<string, string> => ({
  ...slotVariables(slots),
  [WORKER_ENV.remoteName]: remoteName,
});

/**
 * The settings in `variables`.
 *
 * @throws {Error} naming the variable and what is allowed
 */
export const parseWorkerVariables = (variables: Variables): WorkerSettings => ({
  slots: parseSlotLocation(variables),
  remoteName: required(variables, WORKER_ENV.remoteName),
});
