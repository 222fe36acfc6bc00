import { createAtlassian } from '../atlassian/client';
import type { UserTokens } from '../atlassian/user-tokens';
import { installationUuid } from '../contract/slot';
import type { TokenSource } from '../slots/token-source';
import type { Job, JobLog } from './job';
import type { JobMessage } from './job-message';

export interface RunJobOptions {
  readonly job: Job;
  readonly tokens: TokenSource;
  /** Of this function instance, so that all its runs share the limit on exchanges. */
  readonly userTokens: UserTokens;
  readonly log: JobLog;
  /** When the run must be over, in milliseconds since 1970. */
  readonly deadlineMs: number;
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** @default the global fetch */
  readonly fetch?: typeof fetch;
}

/** A run that exceeded its time. */
export class JobDeadlineExceeded extends Error {
  override readonly name = 'JobDeadlineExceeded';
  readonly code = 'JobDeadlineExceeded';
}

/**
 * Runs the job once. The token is read first, so that a run that can't succeed doesn't start.
 *
 * @throws {Error} whatever the job, its calls or the token source threw; {@link JobDeadlineExceeded}
 */
export async function runJob(message: JobMessage, options: RunJobOptions): Promise<void> {
  const { job, tokens, userTokens, log, deadlineMs, now = Date.now } = options;
  const uuid = installationUuid(message.installationId) ?? '';
  await tokens.get(uuid);

  const budgetMs = Math.max(0, deadlineMs - now());
  const abort = new AbortController();
  const overdue = new Promise<never>((_, reject) => {
    abort.signal.addEventListener('abort', () => reject(abort.signal.reason), { once: true });
  });
  const timer = setTimeout(() => {
    abort.abort(
      new JobDeadlineExceeded(
        `The job was not done after ${budgetMs} ms. Do less in one run, or raise worker.timeoutMinutes in config.ts.`,
      ),
    );
  }, budgetMs);
  try {
    const atlassian = createAtlassian({
      installation: uuid,
      tokens,
      userTokens,
      deadlineMs,
      now,
      ...(options.fetch !== undefined && { fetch: options.fetch }),
    });
    const installation = { id: message.installationId, uuid, environment: message.environment };
    await Promise.race([
      job({
        trigger: message.trigger,
        installation,
        atlassian,
        log,
        deadline: { at: new Date(deadlineMs), signal: abort.signal },
      }),
      overdue,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
