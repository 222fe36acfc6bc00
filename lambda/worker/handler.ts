import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { UserTokens } from '../atlassian/user-tokens';
import type { TokenSource } from '../slots/token-source';
import type { GiveUp } from './give-up';
import type { Job, JobLog } from './job';
import { type JobMessage, parseJobMessage } from './job-message';
import { explainPackage } from './packages';
import { runJob } from './run-job';

/** The report of one run. */
export interface RunReport {
  /** Absent for a malformed message. */
  readonly message?: JobMessage;
  readonly messageId: string;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly durationMs: number;
  /** Absent when the run succeeded. */
  readonly error?: Error;
  /** Whether the job was given up, and its message is in the dead-letter queue. */
  readonly givenUp?: boolean;
}

export interface WorkerDependencies {
  readonly job: Job;
  readonly tokens: TokenSource;
  readonly userTokens: UserTokens;
  /** Tries of a failing job, until it is given up. */
  readonly maxAttempts: number;
  readonly giveUp: GiveUp;
  /** The job's log, with the message's installation and trace in each line. */
  readonly logFor: (message: JobMessage) => JobLog;
  readonly report: (run: RunReport) => void;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** @default the global fetch */
  readonly fetch?: typeof fetch;
}

/** Time reserved to report a run that exceeds its time, in milliseconds. */
const RESERVE_MS = 2_000;

/**
 * Runs the job for each message. A failed message goes back to the queue, with the later ones of its installation. If it
 * keeps failing, it goes to the dead-letter queue: no message is lost.
 */
export async function handleBatch(
  event: SQSEvent,
  context: Context,
  dependencies: WorkerDependencies,
): Promise<SQSBatchResponse> {
  const deadlineMs = dependencies.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
  const failed: SQSRecord[] = [];
  for (const record of event.Records) {
    const group = record.attributes.MessageGroupId;
    const mustWait = failed.some(({ attributes }) => attributes.MessageGroupId === group);
    if (mustWait || !(await isDone(record, deadlineMs, dependencies))) failed.push(record);
  }
  // An exception would count as an error of the function.
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** Runs the job of one message. @returns whether the message can leave the queue: its job succeeded, or was given up */
async function isDone(record: SQSRecord, deadlineMs: number, dependencies: WorkerDependencies): Promise<boolean> {
  const { job, tokens, userTokens, maxAttempts, giveUp, logFor, report, now } = dependencies;
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  const startedAtMs = now();
  let message: JobMessage | undefined;
  const reportRun = (error?: Error, givenUp?: boolean) =>
    report({
      ...(message && { message }),
      messageId: record.messageId,
      attempt,
      durationMs: now() - startedAtMs,
      ...(error && { error }),
      ...(givenUp !== undefined && { givenUp }),
    });
  try {
    message = parseJobMessage(record.body);
    await runJob(message, {
      job,
      tokens,
      userTokens,
      log: logFor(message),
      deadlineMs,
      now,
      ...(dependencies.fetch !== undefined && { fetch: dependencies.fetch }),
    });
    reportRun();
    return true;
  } catch (error) {
    const isGivenUp = attempt >= maxAttempts && (await succeeds(giveUp(record)));
    reportRun(explainPackage(error), isGivenUp);
    return isGivenUp;
  }
}

/** If the dead-letter queue can't be reached, the message goes back to the queue for another try. */
const succeeds = (step: Promise<void>): Promise<boolean> =>
  step.then(
    () => true,
    () => false,
  );
