/**
 * npm run job: runs lambda/job.ts once on this machine, with the token in a slot (of a deployed stage or of `npm run local`),
 * or with prepared answers in place of Atlassian and no token.
 */
import { App } from 'aws-cdk-lib';
import { createUserTokens } from '../lambda/atlassian/user-tokens';
import { installationUuid, type SlotLocation } from '../lambda/contract/slot';
import { createSlotReader } from '../lambda/slots/slot-reader';
import { createTokenSource } from '../lambda/slots/token-source';
import type { Job, JobLog, Trigger } from '../lambda/worker/job';
import { runJob as runAsWorker } from '../lambda/worker/run-job';
import { readAppId } from '../lib/manifest/app';
import type { ManifestDocument } from '../lib/manifest/document';
import { isLifecycleOnly } from '../lib/manifest/model';
import { readManifest } from '../lib/manifest/read';
import { findStage, type StackOutputs } from '../lib/stack-outputs';
import { LOCAL_CREDENTIALS } from '../tools/emulator/aws/account';
import {
  CommandError,
  type CommandIo,
  EXIT,
  endWithReader,
  isRecord,
  messageOf,
  PROCESS_IO,
  parseOptions,
  reportError,
  UsageError,
} from './command';
import { createAws } from './doctor/sdk';
import { physicalId } from './doctor/stack';
import { findTarget } from './doctor/target';
import { errorLines } from './logs/lines';
import {
  CONFIG_FILE,
  configuredDomains,
  loadAnswers,
  MANIFEST_FILE,
  OUTPUTS_FILE,
  parseManifestFile,
  readConfig,
  readText,
} from './project';
import { runJob } from './run-job';
import { addStacks } from './stacks';

const USAGE = `Usage: npm run job -- --installation <uuid> [options]
       npm run job -- --answers <file> [options]

Runs lambda/job.ts once on this machine, with the environment variables of the worker. It uses the token in a slot, or
prepared answers in place of Atlassian. Your own environment variables win over the worker's.

  --installation <id>  the installation, as uuid or ARI; the receiver logs it
  --answers <file>     Atlassian's answers, such as test/own/atlassian.ts; the job then needs no slot and no token
  --trigger <key>      the trigger in ${MANIFEST_FILE} that fires the job (default: the first schedule)
  --body <file>        for an event trigger: the event that Forge sends, as JSON
  --stage <name>       the stage with the slot and the variables (default: the only one in the outputs file; with
                       --answers or --endpoint the first one in config.ts)
  --outputs <file>     the stack outputs that "npm run deploy" wrote (default: ${OUTPUTS_FILE})
  --slot <arn>         the slot, from the stack output SlotArn
  --endpoint <url>     an emulated AWS, such as awsEndpointUrl of "npm run local -- --serve"
  --minutes <number>   time limit (default: 5)
  --help               show this text

Exit status: 0 the job succeeded, 1 it failed or timed out, 2 wrong command line.`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function readFlags(argv: readonly string[]) {
  const values = parseOptions(argv, {
    installation: { type: 'string' },
    answers: { type: 'string' },
    trigger: { type: 'string' },
    body: { type: 'string' },
    stage: { type: 'string' },
    outputs: { type: 'string', default: OUTPUTS_FILE },
    slot: { type: 'string' },
    endpoint: { type: 'string' },
    minutes: { type: 'string', default: '5' },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help) return undefined;
  const installation = values.installation ?? '';
  const uuid = UUID.test(installation) ? installation : installationUuid(installation);
  if (!uuid && (values.answers === undefined || installation !== '')) {
    throw new UsageError(
      `--installation is ${installation || 'missing'}; allowed: a uuid, or ari:cloud:ecosystem::installation/<uuid>`,
    );
  }
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new UsageError(`--minutes is ${values.minutes}; allowed: a number above 0`);
  return { ...values, uuid: uuid ?? '', minutes };
}

type Flags = NonNullable<ReturnType<typeof readFlags>>;

const IF_MISSING = 'Deploy first, or name the slot with --slot.';

/** The deployed stack, from the outputs file. */
function deployedStack(manifest: ManifestDocument, { stage, outputs }: Flags): StackOutputs {
  const appId = readAppId(manifest, process.env);
  return findStage(readText(outputs, '', IF_MISSING), {
    appId,
    file: outputs,
    domains: configuredDomains(''),
    ...(stage !== undefined && { stage }),
  });
}

/** The slot, and the worker's stack if it is known. */
async function findSlot(manifest: ManifestDocument, flags: Flags): Promise<{ slotArn: string; stackName?: string }> {
  const { slot, stage, endpoint } = flags;
  if (slot === undefined) return deployedStack(manifest, flags);
  if (stage === undefined && endpoint === undefined) return { slotArn: slot };
  const target = { config: CONFIG_FILE, json: false, help: false };
  const { stackName } = await findTarget(
    { ...target, ...(stage !== undefined && { stage }), ...(endpoint !== undefined && { endpoint }) },
    '',
  );
  return { slotArn: slot, stackName };
}

/** SlotArn is a secret, a prefix of secrets that ends with a star, or a table. */
function parseSlotArn(arn: string): { location: SlotLocation; region: string } {
  const [, , service, region = '', , resource = '', name = ''] = arn.split(':');
  const table = /^table\/(.+)$/.exec(resource)?.[1];
  if (service === 'dynamodb' && table !== undefined) return { region, location: { table } };
  if (service !== 'secretsmanager' || name === '') {
    throw new UsageError(
      `The slot is ${arn}; allowed: the output SlotArn, arn:aws:secretsmanager:… or arn:aws:dynamodb:…:table/…`,
    );
  }
  return { region, location: name.endsWith('/*') ? { prefix: name.slice(0, -2) } : { secretArn: arn } };
}

/** The worker's variables as deployed, with the names of the fork's own resources. */
async function deployedVariables(stackName: string, region: string, endpoint: string | undefined) {
  const aws = createAws(region, endpoint);
  const worker = physicalId(await aws.resources(stackName), 'worker');
  return worker === undefined ? {} : await aws.variables(worker);
}

/** The worker's variables from config.ts and lib/resources.ts, without values that exist only after a deployment. */
function declaredVariables(manifest: ManifestDocument, { stage }: Flags): Readonly<Record<string, string>> {
  // CDK's template validation takes seconds, and `cdk synth` does it anyway.
  process.env.CDK_VALIDATION = 'false';
  const name = stage ?? readConfig(CONFIG_FILE, '').stages[0]?.name;
  const app = new App({ context: { stage: name, 'aws:cdk:bundling-stacks': [] } });
  const [stack] = addStacks(app, { manifest });
  const resources: Record<string, { Type: string; Properties?: { Environment?: { Variables?: object } } }> =
    stack === undefined ? {} : app.synth().getStackByName(stack.stackName).template.Resources;
  const worker = Object.entries(resources).find(
    ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith('ForgeRemoteWorkerFunction'),
  );
  const variables = Object.entries(worker?.[1].Properties?.Environment?.Variables ?? {});
  return Object.fromEntries(variables.filter(([, value]) => typeof value === 'string'));
}

/** The trigger in manifest.yml that fires the job. */
function findTrigger(manifest: ManifestDocument, { trigger: wanted, body: file }: Flags): Trigger {
  const { remoteKey } = readConfig(CONFIG_FILE, '');
  const { endpoints } = readManifest(manifest, {
    checkBaseUrl: false,
    environment: process.env,
    ...(remoteKey !== undefined && { remoteKey }),
  });
  const users = endpoints.flatMap((endpoint) => endpoint.users).filter((user) => !isLifecycleOnly(user));
  const firing = users.filter(({ interval, events }) => interval !== undefined || events !== undefined);
  const found = firing.find(({ key, interval }) => (wanted === undefined ? interval !== undefined : key === wanted));
  if (!found) {
    const allowed = firing.map(({ key }) => key).join(', ');
    throw new UsageError(`--trigger is ${wanted ?? 'missing'}; allowed: ${allowed}, the triggers in ${MANIFEST_FILE}`);
  }
  const { key, interval, events: [name = ''] = [] } = found;
  if (interval !== undefined) return { type: 'schedule', key, interval };
  return { type: 'event', key, name, body: file === undefined ? { eventType: name } : readBody(file) };
}

function readBody(file: string): Readonly<Record<string, unknown>> {
  let body: unknown;
  try {
    body = JSON.parse(readText(file, '', 'Give its name with --body.'));
  } catch (error) {
    throw error instanceof CommandError ? error : new UsageError(`${file} is not JSON: ${messageOf(error)}`);
  }
  if (isRecord(body)) return body;
  throw new UsageError(`${file} is not a JSON object; allowed: the event's fields, such as {"issue":{"key":"A-1"}}`);
}

/** @returns whether the job succeeded */
async function run(flags: Flags, { out, err }: CommandIo): Promise<boolean> {
  const write =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) =>
      out(JSON.stringify({ level, message, ...fields }));
  const log: JobLog = { info: write('INFO'), warn: write('WARN'), error: write('ERROR') };
  const manifest = parseManifestFile(MANIFEST_FILE, '', IF_MISSING);
  const trigger = findTrigger(manifest, flags);
  let startedAtMs = Date.now();
  let error: unknown;

  if (flags.answers !== undefined) {
    const answers = loadAnswers(process.cwd(), flags.answers);
    const job = await loadJob(declaredVariables(manifest, flags));
    startedAtMs = Date.now();
    const ran = await runJob(job, { answers, trigger, log, minutes: flags.minutes });
    if (ran.missing.length > 0) {
      err(`The job made calls that ${flags.answers} has no answer for. Add them:\n${ran.missing.join('\n')}`);
    }
    error = ran.error;
  } else {
    const { slotArn, stackName } = await findSlot(manifest, flags);
    const { location, region } = parseSlotArn(slotArn);
    const { endpoint } = flags;
    const variables =
      stackName === undefined ? {} : await deployedVariables(stackName, region, endpoint).catch(warnOfMissing(err));
    const reader = createSlotReader(location, {
      region,
      ...(endpoint !== undefined && { endpoint, credentials: LOCAL_CREDENTIALS }),
    });
    // Only the job looks at the environment. A run by hand counts as development.
    const message = {
      installationId: `ari:cloud:ecosystem::installation/${flags.uuid}`,
      environment: 'DEVELOPMENT',
      trigger,
    } as const;
    const job = await loadJob(variables, awsVariables(region, endpoint));
    startedAtMs = Date.now();
    const deadlineMs = startedAtMs + flags.minutes * 60_000;
    error = await runAsWorker(message, {
      job,
      tokens: createTokenSource(reader),
      userTokens: createUserTokens(),
      log,
      deadlineMs,
    }).then(
      () => undefined,
      (thrown: unknown) => thrown ?? new Error('The job threw nothing.'),
    );
  }
  const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
  if (error === undefined) out(`Job done in ${seconds} s.`);
  else err([`Job failed after ${seconds} s.`, ...errorLines(error)].join('\n'));
  return error === undefined;
}

/** The job runs even without the right to read the worker's variables. */
const warnOfMissing = (err: CommandIo['err']) => (error: unknown) => {
  err(`Can't read the worker's variables, so the job runs without them: ${messageOf(error)}`);
  return {};
};

/** The variables that Lambda sets for AWS clients. With an emulated AWS, the job can't reach the real one. */
function awsVariables(region: string, endpoint: string | undefined): Readonly<Record<string, string>> {
  if (endpoint === undefined) return process.env.AWS_REGION === undefined ? { AWS_REGION: region } : {};
  const { accessKeyId, secretAccessKey } = LOCAL_CREDENTIALS;
  return {
    AWS_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}

type Variables = Readonly<Record<string, string>>;

/** Sets the variables first, because lambda/job.ts may read them while it loads. */
async function loadJob(variables: Variables, aws: Variables = {}): Promise<Job> {
  for (const [name, value] of Object.entries(variables)) process.env[name] ??= value;
  Object.assign(process.env, aws);
  return (await import('../lambda/job')).job;
}

async function main(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const flags = readFlags(argv);
    if (flags) return (await run(flags, io)) ? EXIT.ok : EXIT.failed;
    io.out(USAGE);
    return EXIT.ok;
  } catch (error) {
    return reportError(error, USAGE, io);
  }
}

if (require.main === module) {
  endWithReader();
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  void main(process.argv.slice(2), PROCESS_IO).then((status) => {
    // Timers or connections that the job left open must not keep the process alive.
    process.stdout.write('', () => process.exit(status));
  });
}
