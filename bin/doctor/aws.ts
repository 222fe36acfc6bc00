import type { SlotMetadata } from '../../lambda/contract/slot-metadata';
import type { ConcurrencyLimit } from './concurrency';

/** What is asked of AWS. Every call only reads, and none can read a token. */
export interface Aws {
  /** `undefined` when there is none. */
  stack(name: string): Promise<StackState | undefined>;
  resources(stackName: string): Promise<readonly StackResource[]>;
  /** Environment variables of a function. */
  variables(functionName: string): Promise<Readonly<Record<string, string>>>;
  /** Those of the alarms that exist. */
  alarms(names: readonly string[]): Promise<readonly AlarmState[]>;
  /** The metadata of one secret; `undefined` when it is gone. */
  secret(arn: string): Promise<SlotMetadata | undefined>;
  /** The metadata of all secrets whose name begins with `start`. */
  secrets(start: string): Promise<readonly SlotMetadata[]>;
  /** The same of all items in a table, by its index without the tokens. */
  items(tableName: string): Promise<readonly SlotMetadata[]>;
  /**
   * The lines of a log, newest first.
   *
   * @param pattern what they must have, in CloudWatch's filter language. @default every line
   */
  log(logGroup: string, sinceMs: number, pattern?: string): Promise<LogExcerpt>;
  queueDepth(url: string): Promise<QueueDepth>;
  concurrency(): Promise<ConcurrencyLimit>;
}

/** A stack, as CloudFormation describes it. */
export interface StackState {
  readonly name: string;
  /** Such as `CREATE_COMPLETE`. */
  readonly status: string;
  readonly statusReason?: string;
  readonly createdAtMs: number;
  /** When it was changed last; its creation, where it never was. */
  readonly changedAtMs: number;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface StackResource {
  readonly logicalId: string;
  /** Such as `AWS::SQS::Queue`. */
  readonly type: string;
  readonly physicalId: string;
}

export interface AlarmState {
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  readonly reason: string;
  readonly sinceMs: number;
  readonly description: string;
}

export interface LogLine {
  /** Whose alike there is none in its group. */
  readonly id: string;
  readonly atMs: number;
  readonly message: string;
}

export interface LogExcerpt {
  readonly lines: readonly LogLine[];
  /** Whether these are all that there are. */
  readonly complete: boolean;
}

/** Messages in a queue, about: SQS counts them only approximately. */
export interface QueueDepth {
  readonly waiting: number;
  /** Received, and neither deleted nor back yet. */
  readonly inWork: number;
}
