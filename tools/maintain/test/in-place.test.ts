import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parseSlotLocation } from '../../../lambda/contract/settings';
import { createSecretSlots } from '../../../lambda/slots/secret-slots';
import { createSlotReader } from '../../../lambda/slots/slot-reader';
import { createTableSlots } from '../../../lambda/slots/table-slots';
import { NOW_MS, NOW_SECONDS, systemToken } from '../../../test/support/forge-call';
import type { DeployedFunction } from '../../emulator/aws/lambda';
import { type EmulatedAws, startAws } from '../../emulator/aws/server';
import { StackUnderTest } from '../../emulator/test/aws/stack-under-test';
import { CONFIGURATIONS, DEPLOYED, type DeployableTemplate, templatesOf } from '../releases/record';

// Each version that was released, with a token and a job in it, and today's deployed over it.

const FOLDER = path.join(__dirname, '../releases/templates');
const releases = readdirSync(FOLDER).map((file) => file.replace('.json', ''));
const cases = releases.flatMap((release) => DEPLOYED.map((name) => [release, name] as const));
type Templates = Readonly<Record<string, DeployableTemplate>>;

const INSTALLATION = '0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70';

/** Made first: it takes seconds, in which no connection is looked after. */
const today = Object.fromEntries(
  DEPLOYED.map((name) => [name, templatesOf(CONFIGURATIONS[name] ?? { stages: [] })] as const),
);

let aws: EmulatedAws;
beforeEach(async () => {
  aws = await startAws({ clock: () => NOW_MS });
});
afterEach(() => aws.stop());

/** The one stack of a configuration. */
function onlyOne(templates: Templates | undefined): [name: string, template: DeployableTemplate] {
  const [entry, ...others] = Object.entries(templates ?? {});
  if (!entry || others.length > 0) throw new Error(`Expected one stack, got ${Object.keys(templates ?? {})}`);
  return entry;
}

async function deploy(name: string, { Resources, Outputs }: DeployableTemplate) {
  const stack = new StackUnderTest(aws, name);
  await stack.putCode();
  await stack.deploy(Resources as never, Outputs as never);
  const { status, outputs } = await stack.describe();
  return { status, outputs, reasons: (await stack.history()).reasons };
}

function deployedWhere(is: (deployed: DeployedFunction) => boolean): DeployedFunction {
  const found = aws.functionNames().map(aws.deployedFunction).find(is);
  if (!found) throw new Error(`No such function among ${aws.functionNames()}.`);
  return found;
}
const receiver = () => deployedWhere(({ environment }) => 'FORGE_ROUTES' in environment);
const worker = () => deployedWhere(({ name }) => name === aws.eventSourceMappings()[0]?.functionName);

/** What an SDK client of a function is made of: its role, and the emulated AWS. */
const as = ({ credentials }: DeployedFunction) => ({
  endpoint: aws.url,
  region: 'us-east-1',
  credentials: credentials ?? { accessKeyId: '', secretAccessKey: '' },
  maxAttempts: 1,
});

async function store(token: string): Promise<string> {
  const deployed = receiver();
  const location = parseSlotLocation(deployed.environment);
  const timing = { now: () => NOW_MS };
  const slots =
    'table' in location
      ? createTableSlots(new DynamoDBClient(as(deployed)), { ...location, keepDays: 30, timing })
      : createSecretSlots(new SecretsManagerClient(as(deployed)), {
          location,
          app: 'forge-remote',
          stage: 'prod',
          timing,
        });
  return slots.write(
    {
      token,
      installation: INSTALLATION,
      installationId: `ari:cloud:ecosystem::installation/${INSTALLATION}`,
      apiBaseUrl: 'https://api.atlassian.com/ex/confluence/1',
      contexts: [],
      environment: 'PRODUCTION',
    },
    AbortSignal.timeout(4_000),
  );
}

/** With the rights of the worker that is deployed now. */
async function read(): Promise<string> {
  const deployed = worker();
  const reader = createSlotReader(parseSlotLocation(deployed.environment), as(deployed));
  return (await reader.read(INSTALLATION)).token;
}

const sqs = () =>
  new SQSClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  });
const QueueUrl = () => receiver().environment.FORGE_JOB_QUEUE_URL;

async function send(job: string): Promise<void> {
  const message = { MessageBody: job, MessageGroupId: INSTALLATION, MessageDeduplicationId: job };
  await sqs().send(new SendMessageCommand({ QueueUrl: QueueUrl(), ...message }));
}

async function receive(): Promise<(string | undefined)[]> {
  const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl: QueueUrl() }));
  return Messages.map(({ Body }) => Body);
}

test.each(cases)('over %s, %s: the URL, the functions, the token and the job are there', async (release, name) => {
  const records: Record<string, Templates> = JSON.parse(readFileSync(path.join(FOLDER, `${release}.json`), 'utf8'));
  const [stackName, before] = onlyOne(records[name]);
  const first = await deploy(stackName, before);
  expect(first).toMatchObject({ status: 'CREATE_COMPLETE' });
  const functions = aws.functionNames();
  const token = await systemToken(NOW_SECONDS + 2 * 3600);
  expect(await store(token)).toBe('stored');
  await send('job');

  const [sameName, now] = onlyOne(today[name]);
  expect(sameName).toBe(stackName);
  const second = await deploy(stackName, now);
  expect(second).toMatchObject({ status: 'UPDATE_COMPLETE', outputs: first.outputs });
  expect(aws.functionNames()).toEqual(expect.arrayContaining(functions));
  // With the rights of today's worker.
  expect(await read()).toBe(token);
  expect(await receive()).toEqual(['job']);
  // And today's receiver takes a newer one into the same slot.
  const newer = await systemToken(NOW_SECONDS + 4 * 3600);
  expect(await store(newer)).toBe('stored');
  expect(await read()).toBe(newer);
});

test('a slot under another logical id is seen: the token is gone', async () => {
  const [stackName, template] = onlyOne(today.default);
  await deploy(stackName, template);
  await store(await systemToken(NOW_SECONDS + 2 * 3600));
  const renamed = JSON.parse(
    JSON.stringify(template).replaceAll('ForgeRemoteSlotSecret5413BAA4', 'ForgeRemoteNewSlot'),
  );
  expect(await deploy(stackName, renamed)).toMatchObject({ status: 'UPDATE_COMPLETE' });
  await expect(read()).rejects.toThrow(/slot/i);
});
