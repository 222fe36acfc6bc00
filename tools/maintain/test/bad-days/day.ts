import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, type SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import { createUserTokens } from '../../../../lambda/atlassian/user-tokens';
import { createSecretReader } from '../../../../lambda/slots/secret-reader';
import { createSecretSlots } from '../../../../lambda/slots/secret-slots';
import { createTokenSource } from '../../../../lambda/slots/token-source';
import { createGiveUp } from '../../../../lambda/worker/give-up';
import { handleBatch, type RunReport, type WorkerDependencies } from '../../../../lambda/worker/handler';
import type { Job, JobLog } from '../../../../lambda/worker/job';
import type { JobMessage } from '../../../../lambda/worker/job-message';
import { NOW_MS, systemToken } from '../../../../test/support/forge-call';
import type { Credentials } from '../../../emulator/aws/account';
import { type EmulatedAws, startAws } from '../../../emulator/aws/server';
import { type Installation, newInstallation } from '../../../emulator/forge/invocation-token';
import { type EventSource, startEventSource } from '../../../emulator/queue/event-source';
import { sqsClient } from '../../../emulator/test/aws/queue-under-test';
import { createJobQueues, type JobQueues, MAX_ATTEMPTS, VISIBILITY_MS } from '../support/job-queues';
import { giveRoles, SLOT_PREFIX } from '../support/roles';

const QUIET: JobLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A job that asks Atlassian for something, and can do without the answer. */
const MODEST_JOB: Job = async ({ atlassian }) => {
  await atlassian.fetch('/wiki/api/v2/spaces');
};

/** Where all messages are. */
export interface Places {
  /** In the queue: waiting, or hidden after a try that failed. */
  readonly queue: number;
  readonly deadLetters: number;
  /** Gone, after a run that ended well. */
  readonly done: number;
}

/** A worker and all that it depends on, any of which can go wrong. Its clock stands still until it is moved on. */
export class Day {
  nowMs = NOW_MS;
  job: Job = MODEST_JOB;
  /** What Atlassian's API answers. */
  apiStatus = 200;
  /** Time that Lambda gives a run, in milliseconds. */
  lambdaTimeoutMs = 5 * 60_000;
  /** Of each run, in order. */
  readonly reports: RunReport[] = [];
  readonly problems: string[] = [];
  readonly installation = newInstallation();
  readonly #clients: readonly SecretsManagerClient[];
  readonly #credentials: ReturnType<typeof giveRoles>;
  readonly #sqs: SQSClient;
  readonly #jobs: JobQueues;
  readonly #source: EventSource;
  readonly #slots: ReturnType<typeof createSecretSlots>;
  #sent = 0;

  private constructor(readonly aws: EmulatedAws) {
    const now = () => this.nowMs;
    this.#sqs = sqsClient(aws);
    this.#jobs = createJobQueues(aws.queues);
    const { queue, deadLetters } = this.#jobs;
    this.#credentials = giveRoles(aws, {
      strategy: 'perInstallation',
      queue: queue.arn,
      deadLetters: deadLetters.arn,
    });
    // One try: what the queue makes of failures is the question here, not what the SDK does.
    const as = (credentials: Credentials) =>
      new SecretsManagerClient({ endpoint: aws.url, region: 'us-east-1', credentials, maxAttempts: 1 });
    const receiver = as(this.#credentials.receiver);
    const worker = as(this.#credentials.worker);
    this.#clients = [receiver, worker];
    const location = { prefix: SLOT_PREFIX };
    this.#slots = createSecretSlots(receiver, { location, app: 'test', stage: 'test', timing: { now } });
    const tokens = createTokenSource(createSecretReader(worker, location), { now });
    this.#source = startEventSource({
      aws,
      queueArn: this.#jobs.queue.arn,
      batchSize: 1,
      invoke: (event) => this.#runWorker(event, tokens),
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  static async start(): Promise<Day> {
    let day: Day | undefined;
    const aws = await startAws({ clock: () => day?.nowMs ?? NOW_MS });
    day = new Day(aws);
    return day;
  }

  /** Name of the installation's secret. */
  get slotName(): string {
    return `${SLOT_PREFIX}/${this.installation.uuid}`;
  }

  /** What the receiver does with a call that brings a new token: it ends up in the slot. */
  async deliverToken(hours = 4): Promise<void> {
    const { uuid, cloudId } = this.installation;
    await this.#slots.write(
      {
        token: await systemToken(this.nowMs / 1000 + hours * 3600),
        installationId: installationId(this.installation),
        installation: uuid,
        apiBaseUrl: `https://api.atlassian.com/ex/confluence/${cloudId}`,
        contexts: [],
        environment: 'DEVELOPMENT',
      },
      AbortSignal.timeout(5_000),
    );
  }

  /** Sends a message to the worker. @param body @default what the receiver sends */
  async send(body = this.jobMessage(), group = this.installation.uuid): Promise<void> {
    this.#sent += 1;
    const command = new SendMessageCommand({
      QueueUrl: this.aws.queues.url(this.#jobs.queue),
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: `message-${this.#sent}`,
    });
    await this.#sqs.send(command);
  }

  /** What the receiver sends for a call with this trace id. */
  jobMessage(traceId = 'a-trace'): string {
    const message: JobMessage = {
      installationId: installationId(this.installation),
      environment: 'DEVELOPMENT',
      trigger: { type: 'schedule', key: 'hourly', interval: 'hour' },
      traceId,
    };
    return JSON.stringify(message);
  }

  /** Lets the worker run until there is nothing that it could receive now. */
  async work(): Promise<void> {
    await this.#source.idle();
  }

  /** Lets so much time pass that what has failed can be received again, and the worker run. */
  async workAgain(): Promise<void> {
    this.nowMs += VISIBILITY_MS;
    await this.work();
  }

  /** "Start DLQ redrive" to a custom destination, as in the SQS console. */
  async redrive(): Promise<void> {
    await this.#sqs.send(
      new StartMessageMoveTaskCommand({ SourceArn: this.#jobs.deadLetters.arn, DestinationArn: this.#jobs.queue.arn }),
    );
  }

  places(): Places {
    const size = ({ waiting, inFlight }: { waiting: number; inFlight: number }) => waiting + inFlight;
    return {
      queue: size(this.#jobs.queue.counts()),
      deadLetters: size(this.#jobs.deadLetters.counts()),
      done: this.reports.filter(({ error }) => error === undefined).length,
    };
  }

  async stop(): Promise<void> {
    await this.#source.stop();
    for (const client of this.#clients) client.destroy();
    this.#sqs.destroy();
    await this.aws.stop();
  }

  #runWorker(event: SQSEvent, tokens: WorkerDependencies['tokens']): Promise<unknown> {
    const now = () => this.nowMs;
    return handleBatch(event, lambdaContext(this.lambdaTimeoutMs), {
      job: this.job,
      tokens,
      userTokens: createUserTokens({ now }),
      maxAttempts: MAX_ATTEMPTS,
      giveUp: createGiveUp(this.aws.queues.url(this.#jobs.deadLetters), {
        endpoint: this.aws.url,
        region: 'us-east-1',
        credentials: this.#credentials.worker,
      }),
      logFor: () => QUIET,
      report: (run) => this.reports.push(run),
      now,
      fetch: async () => new Response('{}', { status: this.apiStatus }),
    });
  }
}

const installationId = ({ uuid }: Installation) => `ari:cloud:ecosystem::installation/${uuid}`;

const lambdaContext = (remainingMs: number): Context => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'worker',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:worker',
  memoryLimitInMB: '512',
  awsRequestId: 'a-request',
  logGroupName: '/worker',
  logStreamName: 'local',
  getRemainingTimeInMillis: () => remainingMs,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
});
