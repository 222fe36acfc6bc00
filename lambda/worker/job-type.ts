import type { Atlassian } from '../atlassian/client';
import type { ForgeEnvironment } from '../contract/routes';

/** The team's own work, in `lambda/job.ts`: runs once for each firing of a scheduled trigger, for one installation. */
export type Job = (context: JobContext) => Promise<void>;

/** What a run is given. */
export interface JobContext {
  readonly installation: JobInstallation;
  /** Calls Atlassian's APIs for this installation: as the app with `fetch`, or for a user with `asUser(accountId).fetch`. */
  readonly atlassian: Atlassian;
  readonly log: JobLog;
  readonly deadline: Deadline;
}

export interface JobInstallation {
  /** Its ARI. Keep data by it: it survives upgrades of the app, and changes with a reinstall. */
  readonly id: string;
  /** The uuid in {@link id}. */
  readonly uuid: string;
  readonly environment: ForgeEnvironment;
}

/** Writes JSON lines that carry the installation and Forge's trace id. Never give it a token. */
export interface JobLog {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** When a run must have ended. A run past it counts as failed, and the message is tried again. */
export interface Deadline {
  readonly at: Date;
  /** Aborted at the deadline: for `fetch` and whatever else takes a signal. */
  readonly signal: AbortSignal;
}
