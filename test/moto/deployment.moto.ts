import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { DescribeSecretCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { deployLocally } from '../../bin/local/deploy';
import { run as runManifest } from '../../bin/manifest';
import { METRICS } from '../../lambda/contract/metrics';
import { MONITOR_ENV } from '../../lambda/contract/monitor-settings';
import { RECEIVER_ENV } from '../../lambda/contract/receiver-settings';
import { parseVersionId } from '../../lambda/contract/slot';
import { readAppId } from '../../lib/manifest/app-id';
import { readManifest } from '../../lib/manifest/read';
import { DEFAULT_REGION } from '../../lib/manifest/regions';
import { findStage, type StackOutputs } from '../../lib/stack-outputs';
import { startAtlassian } from '../../local/atlassian/atlassian';
import { LOCAL_ACCOUNT } from '../../local/aws/account';
import { cliEnvironment } from '../../local/aws/cli-environment';
import { type EndpointCall, type SimulatedForge, startForge } from '../../local/forge/forge';
import { startFunction } from '../../local/function-url/function-process';
import { startFunctionUrl } from '../../local/function-url/server';
import { type DeployedInMoto, eventSourcesIn, functionsIn, motoClient } from '../../local/moto/deployed';
import type { Moto } from '../../local/moto/moto';
import { receiveEvent } from './support/queue';
import { requiredMoto } from './support/required-moto';

const ROOT = path.join(__dirname, '../..');

const ending: (() => unknown)[] = [];
afterAll(async () => {
  for (const stop of ending.reverse()) await stop();
});

let folder: string;
let manifestFile: string;
let outputsFile: string;
let moto: Moto;
let forge: SimulatedForge;
let functions: DeployedInMoto[];
let outputs: StackOutputs;
let secrets: SecretsManagerClient;
const log: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'moto-'));
  ending.push(() => rmSync(folder, { recursive: true, force: true }));
  manifestFile = path.join(folder, 'manifest.yml');
  copyFileSync(path.join(ROOT, 'manifest.yml'), manifestFile);
  const appId = readAppId(readFileSync(manifestFile, 'utf8'), { file: manifestFile, environment: {} });

  const { url: functionUrl, ...server } = await startFunctionUrl();
  ending.push(server.stop);
  moto = await requiredMoto(functionUrl);
  ending.push(moto.stop);
  const atlassian = await startAtlassian({ isValid: (token, cloudId) => forge.isValid(token, cloudId) });
  ending.push(atlassian.stop);
  forge = await startForge({ appId, apiOrigin: atlassian.url });
  ending.push(forge.stop);
  secrets = new SecretsManagerClient(motoClient(moto.url));
  ending.push(() => secrets.destroy());

  const { signal } = new AbortController();
  const { jwksUrl } = forge;
  const { url: apiOrigin } = atlassian;
  const target = { awsEndpointUrl: moto.url, regions: { [DEFAULT_REGION]: LOCAL_ACCOUNT.region } };
  outputsFile = await deployLocally({ ...target, manifestFile, folder, signal, jwksUrl, apiOrigin });
  outputs = findStage(readFileSync(outputsFile, 'utf8'), { appId, file: outputsFile });
  functions = await functionsIn(moto.url);
  server.attach((await running(({ environment }) => RECEIVER_ENV.jwksUrl in environment)).invoke);
});

/** Runs a deployed function, with moto for its AWS. */
async function running(is: (deployed: DeployedInMoto) => boolean) {
  const deployed = functions.find(is);
  if (!deployed) throw new Error(`There is no such function; deployed are ${functions.map(({ name }) => name)}.`);
  const options = { zip: deployed.zip, config: deployed, awsEndpointUrl: moto.url };
  const started = await startFunction({ ...options, onLog: (line) => log.push(line) });
  ending.push(started.stop);
  return started;
}

/** The command that people run, on a copy of the manifest. @returns its exit status */
const manifest = (...flags: string[]) =>
  runManifest(['--manifest', manifestFile, '--outputs', outputsFile, ...flags], {
    out: () => undefined,
    err: () => undefined,
    cwd: ROOT,
    environment: {},
    allowLoopback: true,
  });

const scheduledCall = (): EndpointCall => {
  const text = readFileSync(manifestFile, 'utf8');
  const { remote, endpoints } = readManifest(text, { file: manifestFile, allowLoopback: true, environment: {} });
  const endpoint = endpoints.find(({ kind }) => kind === 'scheduledTrigger');
  if (!endpoint) throw new Error('manifest.yml has no scheduled trigger.');
  return { endpointKey: endpoint.key, url: `${remote.baseUrl}${endpoint.path}`, systemToken: endpoint.systemToken };
};

/** Whose token the slot holds, by the version that is current. */
async function holder() {
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: outputs.slotArn }));
  const current = Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes('AWSCURRENT'));
  return current && { versionId: current[0], ...parseVersionId(current[0]) };
}

// One story: each test goes on where the one before it ended.

test('the slot starts empty', async () => {
  expect(await holder()).toBeUndefined();
});

test('npm run manifest writes the deployed URL, and --check agrees', () => {
  expect(manifest('--check')).toBe(1);
  expect(manifest()).toBe(0);
  expect(manifest('--check')).toBe(0);
});

test('Forge calls, and its system token is in the slot', async () => {
  expect(await forge.call(scheduledCall())).toMatchObject({ status: 200, body: expect.stringContaining('stored') });
  expect(await holder()).toMatchObject({ installation: forge.installation.uuid });
});

test('the worker runs the job with the token that it reads in the slot', async () => {
  const [source] = await eventSourcesIn(moto.url);
  const worker = await running(({ arn }) => arn === source?.functionArn);
  const event = await receiveEvent(moto.url, source?.queueArn ?? '');
  expect(event.Records).toHaveLength(1);
  expect(await worker.invoke(event)).toEqual({ batchItemFailures: [] });
  expect(log).toContainEqual(expect.stringContaining('"Job done."'));
});

test('the same token again changes nothing; a new one takes its place', async () => {
  const before = await holder();
  expect((await forge.call(scheduledCall())).body).toContain('unchanged');
  expect(await holder()).toEqual(before);
  forge.rotateSystemToken();
  expect((await forge.call(scheduledCall())).body).toContain('stored');
  expect((await holder())?.versionId).not.toBe(before?.versionId);
});

test('a stranger is refused', async () => {
  const answer = await forge.forge(scheduledCall());
  expect(answer).toMatchObject({ status: 401, body: expect.stringContaining('signature-invalid') });
});

test('the monitor sees how long the token lasts', async () => {
  const monitor = await running(({ environment }) => MONITOR_ENV.intervalMinutes in environment);
  await monitor.invoke({});
  const metrics = log.map((line) => JSON.parse(line)).find((line) => METRICS.minTokenSecondsLeft in line);
  expect(metrics).toMatchObject({ [METRICS.slotsTotal]: 1, [METRICS.slotsExpired]: 0 });
  expect(metrics[METRICS.minTokenSecondsLeft]).toBeGreaterThan(3_600);
});

test('a resource type that is not emulated fails a deployment, and is not passed over', async () => {
  const cloudFormation = new CloudFormationClient(motoClient(moto.url));
  const TemplateBody = JSON.stringify({ Resources: { Slack: { Type: 'AWS::Chatbot::SlackChannelConfiguration' } } });
  const created = cloudFormation.send(new CreateStackCommand({ StackName: 'other', TemplateBody }));
  await expect(created).rejects.toThrow('AWS::Chatbot::SlackChannelConfiguration is not emulated');
  cloudFormation.destroy();
});

test('cdk destroy leaves no secret and no function', async () => {
  const words = ['destroy', '--app', path.join(folder, 'cdk.out'), '--force', 'forge-remote-local'];
  await promisify(execFile)(path.join(ROOT, 'node_modules/.bin/cdk'), words, {
    cwd: folder,
    env: cliEnvironment(moto.url),
  });
  expect((await secrets.send(new ListSecretsCommand({}))).SecretList).toEqual([]);
  expect(await functionsIn(moto.url)).toEqual([]);
});
