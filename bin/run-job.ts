/**
 * Runs a job on this machine with prepared answers in place of Atlassian: no network, no AWS, no token. The job's tests use
 * it, and `npm run job -- --answers`.
 */
import type { Job, JobLog, Trigger } from '../lambda/worker/job';
import { runJob as runAsWorker } from '../lambda/worker/run-job';
import { type AtlassianAnswers, answerTo, linesFor } from '../tools/emulator/atlassian/answers';

export interface RunJobOptions {
  /** Atlassian's answers: those in `test/own/atlassian.ts`, or the test's own. */
  readonly answers: AtlassianAnswers;
  /** @default an hourly schedule, with the first schedule key of the job */
  readonly trigger?: Trigger;
  /** Also receives what the job logs. */
  readonly log?: JobLog;
  /** Time limit. @default 1 */
  readonly minutes?: number;
}

/** The result of a run. */
export interface JobRun {
  /** What the job logged: `{ level, message, …fields }`. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** What it called, such as `GET /wiki/api/v2/spaces?limit=250`. */
  readonly calls: readonly string[];
  /** Calls without a prepared answer, each as the line to paste into the answers. They got a 404. */
  readonly missing: readonly string[];
  /** What the job threw. */
  readonly error?: unknown;
}

const INSTALLATION = 'ari:cloud:ecosystem::installation/11111111-2222-4333-8444-555555555555';
const API = 'https://api.atlassian.com/ex/site';
const TOKEN = {
  token: 'none',
  expiresAtMs: Number.POSITIVE_INFINITY,
  installationId: INSTALLATION,
  apiBaseUrl: API,
  contexts: [],
};
/** Every user has allowed the app to act for them. */
const USER_TOKENS = { get: async () => 'none', drop: () => {}, bucket: { take: () => 0, giveBack: () => {} } };

/** Runs a job once. Never throws: see {@link JobRun.error}. */
export async function runJob(job: Job, options: RunJobOptions): Promise<JobRun> {
  const { answers, minutes = 1 } = options;
  const key = job.keys?.schedules[0] ?? 'hourly';
  const run = { log: [] as Record<string, unknown>[], calls: [] as string[], missing: [] as string[] };
  const write = (level: 'info' | 'warn' | 'error') => (message: string, fields?: Record<string, unknown>) => {
    run.log.push({ level: level.toUpperCase(), message, ...fields });
    options.log?.[level](message, fields);
  };

  const answer: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { method } = request;
    const { pathname, search, searchParams: query } = new URL(request.url.slice(API.length), API);
    const [call, body] = [{ method, path: pathname }, await request.text()];
    run.calls.push(`${method} ${pathname}${search}`);
    const answered = await answerTo(answers, { ...call, query, body: parse(body) });
    if (answered) return answered;
    if (!run.missing.includes(linesFor(call))) run.missing.push(linesFor(call));
    return Response.json({ message: `${method} ${pathname} has no answer here.` }, { status: 404 });
  };

  // Lambda always sets it, and AWS SDK clients can't be created without it.
  process.env.AWS_REGION ??= 'us-east-1';
  try {
    await runAsWorker(
      {
        installationId: INSTALLATION,
        environment: 'DEVELOPMENT',
        trigger: options.trigger ?? { type: 'schedule', key, interval: 'hour' },
      },
      {
        job,
        tokens: { get: async () => TOKEN, invalidate: () => {} },
        userTokens: USER_TOKENS,
        log: { info: write('info'), warn: write('warn'), error: write('error') },
        deadlineMs: Date.now() + minutes * 60_000,
        fetch: answer,
      },
    );
    return run;
  } catch (error) {
    return { ...run, error };
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
