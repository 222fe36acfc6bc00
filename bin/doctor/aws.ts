import type { SlotMetadata } from '../../lambda/contract/slot-metadata';

/** The calls to AWS. All of them only read, and none can read a token. */
export interface Aws {
  /** @returns `undefined` if it doesn't exist */
  stack(name: string): Promise<StackState | undefined>;
  resources(stackName: string): Promise<readonly StackResource[]>;
  /** Environment variables of a function. */
  variables(functionName: string): Promise<Readonly<Record<string, string>>>;
  /** Leaves out alarms that don't exist. */
  alarms(names: readonly string[]): Promise<readonly AlarmState[]>;
  /** @returns `undefined` if it was deleted */
  secret(arn: string): Promise<SlotMetadata | undefined>;
  /** All secrets whose name begins with `start`. */
  secrets(start: string): Promise<readonly SlotMetadata[]>;
  /** All items in a table, from its index, which has no tokens. */
  items(tableName: string): Promise<readonly SlotMetadata[]>;
  /**
   * The lines of a log, newest first.
   *
   * @param pattern a filter in CloudWatch's language. @default all lines
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
  /** Last update, or else the creation. */
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
  /** Unique in its log group. */
  readonly id: string;
  readonly atMs: number;
  readonly message: string;
}

export interface LogExcerpt {
  readonly lines: readonly LogLine[];
  /** False if there are more lines. */
  readonly complete: boolean;
}

/** Approximate numbers of messages, as SQS counts them. */
export interface QueueDepth {
  readonly waiting: number;
  /** Received, and neither deleted nor returned yet. */
  readonly inWork: number;
}

/** Lambda's limit of simultaneous executions in the account and region. */
export interface ConcurrencyLimit {
  readonly total: number;
  /** The part that no function has reserved. */
  readonly unreserved: number;
}
