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
  /** Absent for a message that isn't one. */
  readonly message?: JobMessage;
  readonly messageId: string;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly durationMs: number;
  /** Absent when the run ended well. */
  readonly error?: Error;
  /** Whether the run failed for the last time, and its message is in the dead-letter queue. */
  readonly givenUp?: boolean;
}

export interface WorkerDependencies {
  readonly job: Job;
  readonly tokens: TokenSource;
  readonly userTokens: UserTokens;
  /** Tries of a job that fails, until it is given up. */
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

/** Time kept for reporting a run that exceeds its time, in milliseconds. */
const RESERVE_MS = 2_000;

/**
 * Runs the job for each message. A message that fails goes back to the queue, together with the later ones of its
 * installation, and to the dead-letter queue when it goes on failing: it is never lost.
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
  // To throw would count them as errors of the function.
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** Runs the job of one message. @returns whether the message can leave the queue: it was run well, or given up */
async function isDone(record: SQSRecord, deadlineMs: number, dependencies: WorkerDependencies): Promise<boolean> {
  const { job, tokens, userTokens, maxAttempts, giveUp, logFor, report, now } = dependencies;
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  const startedAtMs = now();
  let message: JobMessage | undefined;
  const tell = (error?: Error, givenUp?: boolean) =>
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
    tell();
    return true;
  } catch (error) {
    const isGivenUp = attempt >= maxAttempts && (await succeeds(giveUp(record)));
    tell(explainPackage(error), isGivenUp);
    return isGivenUp;
  }
}

/** If the dead-letter queue can't be reached, the message goes back to the queue and is tried once more. */
const succeeds = (step: Promise<void>): Promise<boolean> =>
  step.then(
    () => true,
    () => false,
  );
