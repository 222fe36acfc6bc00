import type { Atlassian } from '../atlassian/client';
import type { ForgeEnvironment, Interval, JobKeys } from '../contract/routes';

/** The team's own work, in `lambda/job.ts`. It runs once per firing of a trigger and installation. */
export interface Job {
  (context: JobContext): Promise<void>;
  /** Keys of the triggers that the job has work for, when it is made with {@link byKey}. */
  readonly keys?: JobKeys;
}

export interface JobContext<Fired extends Trigger = Trigger> {
  /** What fired. */
  readonly trigger: Fired;
  readonly installation: JobInstallation;
  /** Calls Atlassian's APIs for this installation: as the app with `fetch`, or for a user with `asUser(accountId).fetch`. */
  readonly atlassian: Atlassian;
  readonly log: JobLog;
  readonly deadline: Deadline;
}

export type Trigger = ScheduleTrigger | EventTrigger;

/** A `scheduledTrigger` of manifest.yml. */
export interface ScheduleTrigger {
  readonly type: 'schedule';
  /** The trigger's key in manifest.yml. */
  readonly key: string;
  readonly interval: Interval;
}

/** An event of a `trigger` in manifest.yml. */
export interface EventTrigger {
  readonly type: 'event';
  /** The trigger's key in manifest.yml. */
  readonly key: string;
  /** The event, such as `avi:jira:created:issue`. */
  readonly name: string;
  /**
   * All that Forge sent, unsigned: only the installation is proven. Before a decision, read the data again from Atlassian.
   */
  readonly body: Readonly<Record<string, unknown>>;
  /** Set when earlier deliveries of the event failed. */
  readonly retry?: { readonly count: number; readonly reason: string };
  /** Places of shortened texts in {@link body}, such as `payload.comment.body`: the event was too large for SQS. */
  readonly shortened?: readonly string[];
}

export interface JobInstallation {
  /** Its ARI. Keep data by it: it survives upgrades of the app, and changes with a reinstall. */
  readonly id: string;
  /** The uuid in {@link id}. */
  readonly uuid: string;
  readonly environment: ForgeEnvironment;
}

/** Writes JSON lines with the installation and Forge's trace id. Never log a token. */
export interface JobLog {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** When a run must be over. A run past its deadline counts as failed, and is retried. */
export interface Deadline {
  readonly at: Date;
  /** Aborts at the deadline: for `fetch` and other functions that take a signal. */
  readonly signal: AbortSignal;
}

/** Work by the key that its trigger has in manifest.yml. */
export interface JobTable {
  readonly schedules?: Readonly<Record<string, (context: JobContext<ScheduleTrigger>) => Promise<void>>>;
  readonly events?: Readonly<Record<string, (context: JobContext<EventTrigger>) => Promise<void>>>;
}

/**
 * A job that picks its work by the key of the trigger. Without work for a key the run fails, and the error says where to
 * add it. Triggers with only life-cycle events (`avi:forge:installed:app`) don't run the job.
 */
export function byKey({ schedules = {}, events = {} }: JobTable): Job {
  const job = async (context: JobContext): Promise<void> => {
    const { trigger } = context;
    if (trigger.type === 'schedule') await pick(schedules, 'schedules', trigger.key)({ ...context, trigger });
    else await pick(events, 'events', trigger.key)({ ...context, trigger });
  };
  return Object.assign(job, { keys: { schedules: Object.keys(schedules), events: Object.keys(events) } });
}

function pick<Work>(table: Readonly<Record<string, Work>>, name: keyof JobTable, key: string): Work {
  const work = Object.hasOwn(table, key) ? table[key] : undefined;
  if (work !== undefined) return work;
  throw new Error(`lambda/job.ts has no work for the key ${JSON.stringify(key)}. Add it to ${name} in byKey({ … }).`);
}
