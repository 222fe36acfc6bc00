import { randomUUID } from 'node:crypto';
import type { Plugin } from 'esbuild';
import { MONITOR_ENV, WORKER_ENV } from '../../../../lambda/contract/background-settings';
import { parseSlotLocation, RECEIVER_ENV } from '../../../../lambda/contract/settings';
import { formatVersionId, type SlotService } from '../../../../lambda/contract/slot';
import type { FunctionFolder } from '../../../../lib/bundling';
import { bundleFunction } from '../../../../test/support/bundle';
import { functionUrlEvent, systemToken } from '../../../../test/support/forge-call';
import type { DeployedFunction } from '../../../emulator/aws/lambda';
import { type EmulatedAws, startAws } from '../../../emulator/aws/server';
import {
  type Installation,
  invocationClaims,
  newInstallation,
  signInvocationToken,
} from '../../../emulator/forge/invocation-token';
import { type KeyServer, startKeyServer } from '../../../emulator/forge/key-server';
import { createSigningKey, type SigningKey } from '../../../emulator/forge/signing-key';
import { type FunctionProcess, startFunction, zipOf } from '../../../emulator/function-url/function-process';
import { sqsEvent } from '../../../emulator/queue/sqs-event';
import { StackUnderTest } from '../../../emulator/test/aws/stack-under-test';
import { APP_ID, FAILING, JWKS_URL, type Resources, TOKEN_PATH, UNINSTALL_PATH } from './template';

/** A job that does as its trigger is called, in place of the fork's own. */
const JOB_OF_THE_STORY: Plugin = {
  name: 'job-of-the-story',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.\/job$/ }, () => ({ path: 'job', namespace: 'story' }));
    onLoad({ filter: /.*/, namespace: 'story' }, () => ({
      contents: `export const job = async ({ trigger }) => { if (trigger.key === '${FAILING.key}') throw new Error('meant to fail'); };`,
    }));
  },
};

/** The code of all functions, by their folder in lambda/. */
export type Code = ReadonlyMap<FunctionFolder, Uint8Array>;

export async function bundleAll(service: SlotService): Promise<Code> {
  const folders: readonly FunctionFolder[] = ['receiver', 'worker', 'monitor', 'cleanup'];
  const zips = folders.map(async (folder) => {
    const { files } = await bundleFunction(folder, folder === 'worker' ? [JOB_OF_THE_STORY] : [], service);
    return [folder, zipOf(files)] as const;
  });
  return new Map(await Promise.all(zips));
}

const folderOf = ({ environment }: Pick<DeployedFunction, 'environment'>): FunctionFolder => {
  if (RECEIVER_ENV.routes in environment) return 'receiver';
  if (WORKER_ENV.maxAttempts in environment) return 'worker';
  return MONITOR_ENV.intervalMinutes in environment ? 'monitor' : 'cleanup';
};

/** What a story has come to: where it failed, and which requests were denied. */
export interface Ending {
  readonly failure: string | undefined;
  /** Actions, such as `sqs:SendMessage`. */
  readonly denied: ReadonlySet<string>;
  /** Actions that a policy allowed. */
  readonly allowed: ReadonlySet<string>;
}

let signer: SigningKey | undefined;

/**
 * All that a stage does in its life, from its deployment to its deletion, with the deployed bundles and the rights that its
 * template gives them.
 */
export async function liveStage(resources: Resources, code: Code): Promise<Ending> {
  signer ??= await createSigningKey();
  const stage = await StageInAws.start(resources, code, signer);
  try {
    await stage.live();
    return stage.ending(undefined);
  } catch (error) {
    return stage.ending(error instanceof Error ? error.message : String(error));
  } finally {
    await stage.stop();
  }
}

function check(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what);
}

class StageInAws {
  readonly #resources: Resources;
  readonly #code: Code;
  readonly #signer: SigningKey;
  readonly #keyServer: KeyServer;
  readonly #running: FunctionProcess[] = [];
  readonly #denied = new Set<string>();
  readonly #allowed = new Set<string>();
  #aws!: EmulatedAws;

  private constructor(resources: Resources, code: Code, key: SigningKey, keyServer: KeyServer) {
    this.#resources = resources;
    this.#code = code;
    this.#signer = key;
    this.#keyServer = keyServer;
  }

  static async start(resources: Resources, code: Code, key: SigningKey): Promise<StageInAws> {
    const stage = new StageInAws(resources, code, key, await startKeyServer(key.jwks));
    stage.#aws = await startAws({
      run: async (deployed, event) => (await stage.#start(deployed)).invoke(event),
      customResourceTimeoutMs: 5_000,
    });
    stage.#aws.iam.listen(({ action }, { allowed }) => (allowed ? stage.#allowed : stage.#denied).add(action));
    return stage;
  }

  ending(failure: string | undefined): Ending {
    return { failure, denied: this.#denied, allowed: this.#allowed };
  }

  async stop(): Promise<void> {
    await Promise.all([this.#aws.stop(), this.#keyServer.stop(), ...this.#running.map((each) => each.stop())]);
  }

  async live(): Promise<void> {
    const stack = await this.#deploy();
    const location = parseSlotLocation(this.#deployed('receiver').environment);
    const isOneSlot = 'secretArn' in location;
    if ('prefix' in location) this.#leaveOver(location.prefix);

    // The monitor sees the slots and keeps the key set, so the receiver lives through an outage of the key server.
    await this.#runMonitor();
    this.#keyServer.misbehave((_request, response) => response.writeHead(503).end());
    const receiver = await this.#start(this.#deployed('receiver'));
    const call = async (
      installation: Installation,
      expected: string,
      { hours = 0, path = TOKEN_PATH, key = 'hourly' },
    ) => {
      const event = await this.#event(installation, hours, path, key);
      const { statusCode, body } = (await receiver.invoke(event)) as { statusCode: number; body: string };
      check(statusCode === 200 && body.includes(`"${expected}"`), `${path} was answered ${statusCode} ${body}.`);
    };
    const installation = newInstallation();
    await call(installation, 'stored', { hours: 2 });
    await call(installation, 'stored', { hours: 3 });
    await call(installation, 'stored', { hours: 3.5, ...FAILING });
    await this.#work();
    await call(installation, isOneSlot ? 'released' : 'removed', { path: UNINSTALL_PATH, key: 'uninstall' });
    // It goes with the stack.
    await call(newInstallation(), isOneSlot ? 'rebound' : 'stored', { hours: 2 });
    this.#checkLogs();

    if ('prefix' in location) await this.#failToDelete(stack);
    const id = await stack.id();
    await stack.delete();
    const { reasons } = await stack.history(id);
    check((await stack.describe(id)).status === 'DELETE_COMPLETE', `The stack was not deleted: ${reasons}`);
    check(this.#aws.secrets.list({}).SecretList.length === 0, 'A secret outlives its stack.');
  }

  /** As CloudFormation does it, with the policies of URL, schedule and queue. */
  async #deploy(): Promise<StackUnderTest> {
    for (const [folder, zip] of this.#code) {
      await fetch(`${this.#aws.url}/assets/${folder}.zip`, { method: 'PUT', body: Buffer.from(zip) });
    }
    const text = JSON.stringify(this.#resources).replaceAll(JWKS_URL, this.#keyServer.url);
    const resources = Object.entries(JSON.parse(text) as Resources).map(([id, resource]) => {
      if (resource.Type !== 'AWS::Lambda::Function') return [id, resource];
      const { Variables = {} } = (resource.Properties?.Environment ?? {}) as { Variables?: Record<string, string> };
      const Code = { S3Bucket: 'assets', S3Key: `${folderOf({ environment: Variables })}.zip` };
      return [id, { ...resource, Properties: { ...resource.Properties, Code } }];
    });
    const stack = new StackUnderTest(this.#aws, 'test');
    const rule = Object.keys(this.#resources).find((id) => this.#resources[id]?.Type === 'AWS::Events::Rule') ?? '';
    await stack.deploy(Object.fromEntries(resources), { Rule: { Value: { 'Fn::GetAtt': [rule, 'Arn'] } } });
    const { status, outputs } = await stack.describe();
    check(status === 'CREATE_COMPLETE', `The stack is ${status}: ${(await stack.history()).reasons}`);

    check(this.#aws.urlIsPublic(this.#deployed('receiver').name), 'Forge can not call the URL.');
    const { name } = this.#deployed('monitor');
    const mayRun = this.#aws.mayInvoke(name, 'events.amazonaws.com', outputs.Rule ?? '');
    check(mayRun, 'The schedule can not run the monitor.');
    return stack;
  }

  /** A slot whose installation is long gone, for the monitor to remove. */
  #leaveOver(prefix: string): void {
    const installation = randomUUID();
    const expiresAtSeconds = Math.floor(Date.now() / 1000) - 40 * 24 * 3600;
    this.#aws.secrets.create({
      Name: `${prefix}/${installation}`,
      ClientRequestToken: formatVersionId({ expiresAtSeconds, installation, tokenHash: '0'.repeat(20) }),
      SecretString: '{}',
    });
  }

  async #runMonitor(): Promise<void> {
    const deployed = this.#deployed('monitor');
    const monitor = await this.#start(deployed);
    await monitor.invoke({});
    const lines = this.#lines(deployed).map((line) => JSON.parse(line));
    const errors = lines.filter(({ level }) => level === 'ERROR');
    check(errors.length === 0, `The monitor failed: ${JSON.stringify(errors)}`);
    check(
      this.#aws.secrets.list({}).SecretList.every(({ Name }) => !Name.includes('/')),
      'A slot was left over.',
    );
    const parameter = deployed.environment[MONITOR_ENV.keptKeySet] ?? '';
    check((this.#aws.parameters.value(parameter) ?? '').includes(this.#signer.keyId), 'The key set was not kept.');
  }

  /** One job that runs well, and one that fails for the last time. */
  async #work(): Promise<void> {
    const [mapping] = this.#aws.eventSourceMappings();
    check(mapping !== undefined, 'Nobody reads the queue.');
    const queue = this.#aws.queues.get(mapping.queueArn);
    const worker = await this.#start(this.#deployed('worker'));
    const { maxAttempts } = WORKER_ENV;
    for (const receives of ['1', this.#deployed('worker').environment[maxAttempts] ?? '']) {
      const messages = queue.receive(1);
      const { Records } = sqsEvent(messages, queue.arn);
      for (const { attributes } of Records) attributes.ApproximateReceiveCount = receives;
      const answer = await worker.invoke({ Records });
      check(JSON.stringify(answer) === '{"batchItemFailures":[]}', `The worker answered ${JSON.stringify(answer)}.`);
      for (const { receiptHandle } of messages) queue.delete(receiptHandle);
    }
    const given = this.#aws.queues.get(queue.settings.redrive?.deadLetterTargetArn ?? '').counts();
    check(given.waiting === 1, 'The job that failed is not in the dead-letter queue.');
  }

  /** The function behind the custom resource has nothing to say but of a failure. */
  async #failToDelete(stack: StackUnderTest): Promise<void> {
    const fault = { code: 'InvalidParameterException', message: 'meant to fail', status: 400 };
    this.#aws.intercept((call) => (call === 'secretsmanager.ListSecrets' ? fault : undefined));
    const cleanup = this.#deployed('cleanup');
    await stack.delete();
    this.#aws.intercept(undefined);
    check(this.#lines(cleanup).length > 0, 'The log of the cleanup is empty.');
  }

  #checkLogs(): void {
    for (const folder of ['receiver', 'worker', 'monitor'] as const) {
      check(this.#lines(this.#deployed(folder)).length > 0, `The log of the ${folder} is empty.`);
    }
  }

  async #event(installation: Installation, hours: number, path: string, endpointKey: string) {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const environment = 'DEVELOPMENT';
    const claims = invocationClaims({ appId: APP_ID, installation, environment, endpointKey, nowSeconds });
    const authorization = `Bearer ${await signInvocationToken(claims, this.#signer)}`;
    const token = await systemToken(nowSeconds + hours * 3600);
    return functionUrlEvent({ path, headers: { authorization, ...(hours > 0 && { 'x-forge-oauth-system': token }) } });
  }

  #deployed(folder: FunctionFolder): DeployedFunction {
    const found = this.#aws
      .functionNames()
      .map(this.#aws.deployedFunction)
      .find((each) => folderOf(each) === folder);
    check(found !== undefined, `There is no ${folder}.`);
    return found;
  }

  #lines = ({ logGroupName }: DeployedFunction): string[] => this.#aws.logs.lines(logGroupName);

  async #start(deployed: DeployedFunction): Promise<FunctionProcess> {
    const running = await startFunction({
      zip: deployed.zip,
      config: deployed,
      awsEndpointUrl: this.#aws.url,
      maxInstances: 1,
      onLog: (line) => this.#aws.keepLog(deployed, line),
    });
    this.#running.push(running);
    return running;
  }
}
