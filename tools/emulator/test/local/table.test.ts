import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { run as runDoctor } from '../../../../bin/doctor';
import { type Backend, startBackend } from '../../../../bin/local/backend';
import { createSteps } from '../../../../bin/local/steps';
import { scheduledCalls } from '../../../../bin/local/story';
import { MONITOR_ENV } from '../../../../lambda/contract/background-settings';
import { METRICS } from '../../../../lambda/contract/outcomes';
import { SLOT_SCAN } from '../../../../lambda/contract/slot';
import { parseKeptKeySet } from '../../../../lambda/forge/fetch-keys';
import { PROJECT_ROOT } from '../../../../test/support/run-local';
import { startAtlassian } from '../../atlassian/atlassian';
import { type SimulatedForge, startForge } from '../../forge/forge';
import { startFunction } from '../../function-url/function-process';

// A stage whose slots are in a table: deployed with the real CLI, and run with the bundles that were deployed.

/** A deployment takes a few seconds, more on a busy machine. */
jest.setTimeout(60_000);

let backend: Backend;
let forge: SimulatedForge;
const log: string[] = [];
const ending: (() => unknown)[] = [];

beforeAll(async () => {
  const jobFile = path.join(PROJECT_ROOT, 'lambda/job.ts');
  const said =
    "log.info('Here', { deadLetters: process.env.FORGE_DEAD_LETTERS_URL, region: process.env.AWS_REGION });\n};\n";
  writeFileSync(jobFile, readFileSync(jobFile, 'utf8').replace(/\};\n/, said));
  backend = await startBackend({
    project: PROJECT_ROOT,
    strategy: 'dynamodb',
    connect: async ({ appId }) => {
      const atlassian = await startAtlassian({ isValid: (bearer, cloudId) => forge.isValid(bearer, cloudId) });
      ending.push(atlassian.stop);
      forge = await startForge({ appId, apiOrigin: atlassian.url });
      ending.push(forge.stop);
      return { jwksUrl: forge.jwksUrl, apiOrigin: atlassian.url };
    },
    onLog: (line) => log.push(line),
    steps: createSteps(() => undefined),
    signal: new AbortController().signal,
    addCleanup: (stop) => ending.push(stop),
  });
});

afterAll(async () => {
  for (const stop of ending.reverse()) await stop();
});

const call = async () => {
  const [scheduled] = scheduledCalls(backend.manifest);
  if (!scheduled) throw new Error('manifest.yml has no scheduled trigger.');
  return forge.call(scheduled);
};
const items = () => backend.aws.tables.table(backend.outputs.slotArn).all();

// One story: each test goes on where the one before it ended.

test('a call of Forge puts its token into the table, and the worker reads it there', async () => {
  expect(items()).toEqual([]);
  expect(await call()).toMatchObject({ status: 200, body: expect.stringContaining('stored') });
  expect(items()).toMatchObject([{ installation: { S: forge.installation.uuid } }]);
  await backend.workerIdle();
  expect(log).toContainEqual(expect.stringContaining('"Job done."'));
});

test('the same token again writes nothing, and a new one takes its place', async () => {
  const before = backend.aws.calls.length;
  expect((await call()).body).toContain('unchanged');
  expect(backend.aws.calls.slice(before).filter((made) => made === 'dynamodb.PutItem')).toEqual([]);
  const [old] = items();
  forge.rotateSystemToken();
  expect((await call()).body).toContain('stored');
  expect(items()).toMatchObject([{ previousId: old?.versionId, createdAt: old?.createdAt }]);
});

test('npm run job reads it as well', async () => {
  const flags = ['--slot', backend.outputs.slotArn, '--endpoint', backend.aws.url];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'bin/job.ts', '--installation', forge.installation.uuid, ...flags],
    { cwd: PROJECT_ROOT },
  );
  expect(stdout).toMatch(/Job done in/);
  // With the variables of the worker as it is deployed.
  expect(stdout).toMatch(/"message":"Here","deadLetters":"http:\/\/127\.0\.0\.1:\d+\/[^"]+","region":"us-east-1"/);
});

test('whoever may read all tables of the account reads no token, as little as the role that a pull request has', async () => {
  const { aws, outputs } = backend;
  const role = 'arn:aws:iam::123456789012:role/cdk-hnb659fds-lookup-role-123456789012-us-east-1';
  const db = new DynamoDBClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: aws.iam.credentials(role, 'compare'),
  });
  const TableName = outputs.slotArn;
  const Key = { installation: { S: forge.installation.uuid } };
  const denied = {
    name: 'AccessDeniedException',
    message: expect.stringContaining('explicit deny in a resource-based'),
  };
  await expect(db.send(new GetItemCommand({ TableName, Key }))).rejects.toMatchObject(denied);
  await expect(db.send(new ScanCommand({ TableName }))).rejects.toMatchObject(denied);
  const inIndex = await db.send(new ScanCommand({ TableName, ...SLOT_SCAN }));
  expect(inIndex.Items).toEqual([expect.not.objectContaining({ value: expect.anything() })]);
  db.destroy();
});

test('npm run doctor sees whose token it is and until when, in the index alone', async () => {
  const said: string[] = [];
  const before = backend.aws.calls.length;
  await runDoctor(['--endpoint', backend.aws.url], {
    out: (text) => said.push(text),
    err: (text) => said.push(text),
    cwd: PROJECT_ROOT,
    environment: {},
    fetch: globalThis.fetch,
    now: Date.now,
  });
  expect(said.join('\n').replaceAll(/\s+/g, ' ')).toMatch(
    new RegExp(`✓ Slots installation ${forge.installation.uuid}: until .*Z, \\d+ minutes left, written`),
  );
  const calls = backend.aws.calls.slice(before).filter((made) => /dynamodb|secretsmanager/.test(made));
  expect(calls).toEqual(['dynamodb.Scan']);
});

test('the monitor sees in the index how long the token lasts', async () => {
  const { aws } = backend;
  const deployed = aws.functionNames().map(aws.deployedFunction);
  const config = deployed.find(({ environment }) => MONITOR_ENV.intervalMinutes in environment);
  if (!config) throw new Error('The stack has no monitor.');
  const lines: string[] = [];
  const monitor = await startFunction({
    zip: config.zip,
    config,
    awsEndpointUrl: aws.url,
    onLog: (line) => lines.push(line),
  });
  ending.push(monitor.stop);
  const before = aws.calls.length;
  await monitor.invoke({});
  // Beside the slots it keeps the key set, with the rights that it has.
  expect(aws.calls.slice(before).sort()).toEqual(['dynamodb.Scan', 'ssm.GetParameter', 'ssm.PutParameter']);
  const kept = aws.parameters.value(config.environment[MONITOR_ENV.keptKeySet] ?? '') ?? '';
  expect(parseKeptKeySet(kept)?.keys.length).toBeGreaterThan(0);
  const metrics = lines.map((line) => JSON.parse(line)).find((line) => METRICS.minTokenSecondsLeft in line);
  expect(metrics).toMatchObject({ [METRICS.slotsTotal]: 1, [METRICS.slotsEmpty]: 0, [METRICS.slotsExpired]: 0 });
});

test('nothing in this stage ever asks Secrets Manager', () => {
  expect(backend.aws.calls.filter((made) => made.startsWith('secretsmanager.'))).toEqual([]);
});
