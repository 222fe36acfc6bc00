import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { createUserTokens } from '../../../../lambda/atlassian/user-tokens';
import type { Routes } from '../../../../lambda/contract/routes';
import { DEFAULT_KEEP_DAYS, SLOT_ATTRIBUTES, SLOT_INDEX } from '../../../../lambda/contract/slot';
import { dataResidency } from '../../../../lambda/data-residency';
import { commercialKeys, createKeySet } from '../../../../lambda/forge/key-set';
import { CLOCK_SKEW_SECONDS, createReplays, createVerifier } from '../../../../lambda/forge/verify';
import { createEnqueue } from '../../../../lambda/receiver/enqueue';
import { type Dependencies, handle } from '../../../../lambda/receiver/handler';
import { createSecretReader } from '../../../../lambda/slots/secret-reader';
import { createSecretSlots } from '../../../../lambda/slots/secret-slots';
import { createTableReader } from '../../../../lambda/slots/table-reader';
import { createTableSlots } from '../../../../lambda/slots/table-slots';
import { createTokenSource, SETTLING_MS } from '../../../../lambda/slots/token-source';
import { handleBatch, type WorkerDependencies } from '../../../../lambda/worker/handler';
import { directClient } from '../../../../test/support/direct-client';
import { APP_ID, functionUrlEvent, NOW_MS } from '../../../../test/support/forge-call';
import { createRandom, VirtualTime } from '../../../../test/support/virtual-time';
import { LOCAL_ACCOUNT } from '../../../emulator/aws/account';
import { DynamoDB } from '../../../emulator/aws/dynamodb';
import type { JsonOperations } from '../../../emulator/aws/json-protocol';
import { randomLag } from '../../../emulator/aws/lag';
import type { ReceivedMessage } from '../../../emulator/aws/queue-message';
import { QueueStore } from '../../../emulator/aws/queue-store';
import { SecretsManager } from '../../../emulator/aws/secrets-manager';
import { sqsOperations } from '../../../emulator/aws/sqs';
import { type Installation, invocationClaims, signInvocationToken } from '../../../emulator/forge/invocation-token';
import type { SigningKey } from '../../../emulator/forge/signing-key';
import { sqsEvent } from '../../../emulator/queue/sqs-event';
import { createJobQueues, MAX_ATTEMPTS } from '../support/job-queues';

/** A scheduled trigger that fires for an installation. It fires once. */
export interface Firing {
  readonly installation: Installation;
  /** Key of its module. */
  readonly key: string;
}

export interface WorldOptions {
  readonly seed: number;
  readonly strategy: 'perInstallation' | 'dynamodb';
  /** Keys of the triggers in the manifest. */
  readonly triggers: readonly string[];
}

/** Parts of all calls to AWS that come to this. They are many: AWS at its worst. */
const THROTTLED = 0.05;
const REFUSED = 0.02;
const CUT_OFF = 0.02;
/** Of invocations: the function is killed within one of its calls to AWS, before or after that call takes effect. */
const KILLED = 0.15;
/** Of receives: Lambda has no execution left for the message. */
const WITHOUT_RUN = 0.1;
/** Of runs: the job itself fails. */
const JOB_FAILS = 0.25;
/** Of answers of the key server. */
const KEY_SERVER_FAILS = 0.2;

/** Longest lag of what AWS shows, in milliseconds. */
const LAG_MS = 1_000;
/** A job takes so many milliseconds, at the most. */
const LONGEST_JOB_MS = 20_000;
const WORKERS = 5;
const PATH = '/forge/token';

/** One that was killed says nothing any more. */
const NEVER = new Promise<never>(() => undefined);

/** An invocation of a function. */
interface Run {
  /** Calls to AWS until it is killed. */
  callsLeft: number;
  isDead: boolean;
  kill(): void;
}

/** A backend and all that it depends on, any of which can fail, by one seed and one clock. */
export class World {
  readonly time = new VirtualTime(NOW_MS);
  /** Whether all fails that can. */
  isChaos = true;
  /** What Forge signs with. Its key server has the keys before as well. */
  signer: SigningKey;
  /** Firings whose job has run to its end, as `<installation> <key>`. */
  readonly ran = new Set<string>();
  /** How often each thing went wrong. */
  readonly mishaps = new Map<string, number>();
  /** What Forge was answered, by how often. */
  readonly answers = new Map<string, number>();
  readonly jobs: ReturnType<typeof createJobQueues>;
  readonly #random: () => number;
  readonly #published: SigningKey[] = [];
  readonly #secrets: SecretsManager;
  readonly #tables: DynamoDB;
  readonly #queues: QueueStore;
  readonly #receivers: (((event: object, run: Run) => Promise<{ statusCode: number; body: string }>) | undefined)[] =
    [];
  readonly #busyReceivers = new Set<number>();
  readonly #workers: (ReturnType<World['newWorker']> | undefined)[] = [];

  constructor(
    readonly options: WorldOptions,
    signer: SigningKey,
  ) {
    const { now } = this.time;
    this.#random = createRandom(options.seed);
    this.signer = signer;
    this.#published.push(signer);
    const lag = randomLag(LAG_MS, this.#random);
    this.#secrets = new SecretsManager(LOCAL_ACCOUNT, now);
    this.#secrets.lag(lag);
    this.#tables = new DynamoDB(LOCAL_ACCOUNT, now);
    this.#tables.lag(lag);
    this.#tables.createTable('slots', {
      keyName: SLOT_ATTRIBUTES.installation,
      indexes: { [SLOT_INDEX.name]: SLOT_INDEX.attributes },
      timeToLive: SLOT_ATTRIBUTES.deleteAt,
    });
    this.#queues = new QueueStore(LOCAL_ACCOUNT, now, () => 'http://127.0.0.1:1');
    this.jobs = createJobQueues(this.#queues);
  }

  rotateKeys(next: SigningKey): void {
    this.signer = next;
    this.#published.push(next);
  }

  chance(share: number, mishap?: string): boolean {
    const happens = this.isChaos && this.#random() < share;
    if (happens && mishap !== undefined) this.mishaps.set(mishap, (this.mishaps.get(mishap) ?? 0) + 1);
    return happens;
  }

  /** A number between two others. */
  between = (least: number, most: number): number => least + this.#random() * (most - least);

  /** The token that readers of an installation's slot get, whatever AWS shows at the moment. */
  stored({ uuid }: Installation): string | undefined {
    this.#secrets.lag(undefined);
    const json =
      this.options.strategy === 'dynamodb'
        ? this.#tables.table('slots').get(uuid)?.[SLOT_ATTRIBUTES.value]?.S
        : this.#secrets.find(`slot/${uuid}`) && this.#secrets.get({ SecretId: `slot/${uuid}` }).SecretString;
    return json === undefined ? undefined : JSON.parse(json).token;
  }

  /** Forge's call for a firing. @returns whether Forge takes it for delivered */
  async call({ installation, key }: Firing, token: string): Promise<boolean> {
    const claims = invocationClaims({
      appId: APP_ID,
      installation,
      environment: 'DEVELOPMENT',
      endpointKey: key,
      nowSeconds: Math.floor(this.time.now() / 1000),
    });
    const authorization = `Bearer ${await this.time.during(() => signInvocationToken(claims, this.signer))}`;
    const event = functionUrlEvent({ path: PATH, headers: { authorization, 'x-forge-oauth-system': token } });
    // An instance handles one call at a time; there are as many as it takes.
    let index = 0;
    while (this.#busyReceivers.has(index)) index += 1;
    this.#busyReceivers.add(index);
    const answer = await this.#invoke(this.#receivers, index, () => this.#newReceiver(), 'receiver killed', event);
    this.#busyReceivers.delete(index);
    const said = answer ? `${answer.statusCode} ${Object.values(JSON.parse(answer.body)).join()}` : 'none';
    this.answers.set(said, (this.answers.get(said) ?? 0) + 1);
    return answer?.statusCode === 200;
  }

  /** Plays Lambda's event source, until `isOver`. */
  async work(isOver: () => boolean): Promise<void> {
    const running = new Map<number, Promise<void>>();
    while (!isOver()) {
      const free = Array.from({ length: WORKERS }, (_, index) => index).filter((index) => !running.has(index));
      for (const index of free) {
        const [message] = this.jobs.queue.receive(1);
        if (!message) break;
        // It comes back when its visibility timeout is over, and was received once more.
        if (this.chance(WITHOUT_RUN, 'received without a run')) continue;
        running.set(
          index,
          this.#runWorker(index, message).finally(() => running.delete(index)),
        );
      }
      await this.time.sleep(1_000);
    }
  }

  async #runWorker(index: number, message: ReceivedMessage): Promise<void> {
    const event = sqsEvent([message], this.jobs.queue.arn);
    const answer = await this.#invoke(this.#workers, index, () => this.newWorker(), 'worker killed', event);
    if (answer?.batchItemFailures.length === 0) this.jobs.queue.delete(message.receiptHandle);
  }

  /** Runs a function once, in an instance that remembers what earlier runs left. `undefined` when it was killed. */
  async #invoke<Event, Answer>(
    instances: (((event: Event, run: Run) => Promise<Answer>) | undefined)[],
    index: number,
    start: () => (event: Event, run: Run) => Promise<Answer>,
    mishap: string,
    event: Event,
  ): Promise<Answer | undefined> {
    const instance = instances[index] ?? start();
    instances[index] = instance;
    const willDie = this.chance(KILLED);
    const run: Run = {
      callsLeft: willDie ? Math.floor(this.between(0, 4)) : Infinity,
      isDead: false,
      kill: () => undefined,
    };
    const killed = new Promise<undefined>((resolve) => {
      run.kill = () => {
        if (run.isDead) return;
        run.isDead = true;
        this.mishaps.set(mishap, (this.mishaps.get(mishap) ?? 0) + 1);
        if (instances[index] === instance) instances[index] = undefined;
        resolve(undefined);
      };
    });
    const answered = instance(event, run);
    // One that makes no such calls is killed as well, unless it is done by then.
    if (willDie) void this.time.sleep(this.between(0, LONGEST_JOB_MS)).then(() => isDone || run.kill());
    let isDone = false;
    return Promise.race([answered, killed]).finally(() => {
      isDone = true;
    });
  }

  #newReceiver() {
    const { time, options } = this;
    const { now } = time;
    const run = { current: undefined as Run | undefined };
    const timing = { now, sleep: time.sleep, random: this.#random };
    const keySet = createKeySet({ url: 'https://keys.test/jwks', now, fetch: async () => this.#keyServer() });
    const verify = createVerifier({
      keys: commercialKeys(keySet),
      appId: APP_ID,
      environments: ['DEVELOPMENT'],
      now,
    });
    const replays = createReplays(now, CLOCK_SKEW_SECONDS);
    const slots =
      options.strategy === 'dynamodb'
        ? createTableSlots(this.#client<DynamoDBClient>(this.#tables.operations, run), {
            table: 'slots',
            keepDays: DEFAULT_KEEP_DAYS,
            timing,
          })
        : createSecretSlots(this.#client<SecretsManagerClient>(this.#secrets.operations, run), {
            location: { prefix: 'slot' },
            app: 'app',
            stage: 'test',
            timing,
          });
    const sqs = this.#client<SQSClient>(sqsOperations(this.#queues), run);
    const routes: Routes = {
      [PATH]: {
        kind: 'scheduledTrigger',
        schedules: Object.fromEntries(options.triggers.map((key) => [key, 'hour' as const])),
      },
    };
    const dependencies: Dependencies = {
      routes,
      verify: (authorization, route) => time.during(() => verify(authorization, route)),
      replays: {
        ...replays,
        has: (invocation, use) => time.during(() => replays.has(invocation, use)),
      },
      services: async () => ({ slots, enqueue: createEnqueue(sqs, this.#queues.url(this.jobs.queue)) }),
      dataResidency: async () => dataResidency,
      settled: keySet.settled,
      report: () => undefined,
      now,
    };
    return (event: object, current: Run) => {
      run.current = current;
      return handle(event, dependencies);
    };
  }

  newWorker() {
    const { time } = this;
    const { now } = time;
    const run = { current: undefined as Run | undefined };
    const reader =
      this.options.strategy === 'dynamodb'
        ? createTableReader(this.#client<DynamoDBClient>(this.#tables.operations, run), { table: 'slots' })
        : createSecretReader(this.#client<SecretsManagerClient>(this.#secrets.operations, run), { prefix: 'slot' });
    const dependencies: WorkerDependencies = {
      job: async ({ installation, trigger }) => {
        await time.sleep(this.between(100, LONGEST_JOB_MS));
        // Nobody hears of it: it only ends the timer of the run.
        if (run.current?.isDead) throw new Error('The function was killed.');
        if (this.chance(JOB_FAILS, 'job failed')) throw new Error('The job failed.');
        this.ran.add(`${installation.uuid} ${trigger.key}`);
      },
      tokens: createTokenSource(reader, { now, sleep: time.sleep, settlingMs: SETTLING_MS }),
      userTokens: createUserTokens({ now }),
      maxAttempts: MAX_ATTEMPTS,
      giveUp: async ({ body, attributes, messageId }) => {
        if (run.current?.isDead) return;
        const { MessageGroupId: groupId } = attributes;
        this.jobs.deadLetters.send({ body, groupId, deduplicationId: messageId });
      },
      logFor: () => ({ info: () => undefined, warn: () => undefined, error: () => undefined }),
      report: () => undefined,
      now,
    };
    const context = { getRemainingTimeInMillis: () => 5 * 60_000 } as Context;
    return (event: ReturnType<typeof sqsEvent>, current: Run) => {
      run.current = current;
      return handleBatch(event, context, dependencies);
    };
  }

  /** A client of the AWS SDK: it takes its time, and tries again as the SDK does. */
  #client<Client>(operations: JsonOperations, run: { readonly current: Run | undefined }): Client {
    const attempt = async (call: () => unknown, signal: AbortSignal | undefined): Promise<unknown> => {
      const { current } = run;
      if (current) current.callsLeft -= 1;
      const isKilled = current !== undefined && current.callsLeft < 0;
      if (isKilled && this.#random() < 0.5) {
        current.kill();
        return NEVER;
      }
      await this.time.sleep(this.between(5, 60), signal);
      if (this.chance(THROTTLED, 'throttled')) throw failure('ThrottlingException');
      if (this.chance(REFUSED, 'refused')) throw failure('AccessDeniedException');
      const result = call();
      if (isKilled) {
        current.kill();
        return NEVER;
      }
      // The call took effect, and nobody hears of it.
      if (this.chance(CUT_OFF, 'connection cut')) throw failure('TimeoutError');
      return result;
    };
    return directClient<Client>(operations, async (_operation, call, signal) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await attempt(call, signal);
        } catch (error) {
          const mayTryAgain = ['ThrottlingException', 'TimeoutError'].includes((error as Error).name) && tries < 3;
          if (!mayTryAgain) throw error;
          await this.time.sleep(this.between(0, 100 * 2 ** tries), signal);
        }
      }
    });
  }

  #keyServer() {
    if (this.chance(KEY_SERVER_FAILS, 'key server failed')) throw new Error('503');
    const keys = this.#published.flatMap(({ jwks }) => jwks.keys);
    const body = (async function* () {
      yield Buffer.from(JSON.stringify({ keys }));
    })();
    return { status: 200, body: Object.assign(body, { cancel: async () => undefined }) };
  }
}

const failure = (name: string) => Object.assign(new Error(`${name} of the simulation ${randomUUID()}`), { name });
