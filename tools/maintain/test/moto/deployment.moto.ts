import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { DescribeSecretCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { METRICS } from '../../../../lambda/contract/metrics';
import { MONITOR_ENV } from '../../../../lambda/contract/monitor-settings';
import { parseVersionId } from '../../../../lambda/contract/slot';
import { cliEnvironment } from '../../../emulator/aws/cli-environment';
import { eventSourcesIn, functionsIn, motoClient } from '../../moto/deployed';
import { type Deployment, ROOT, startDeployment } from './support/deployment';
import { receiveEvent } from './support/queue';

let deployment: Deployment;
let secrets: SecretsManagerClient;
beforeAll(async () => {
  deployment = await startDeployment('single');
  secrets = new SecretsManagerClient(motoClient(deployment.url));
});
afterAll(async () => {
  secrets?.destroy();
  await deployment?.stop();
});

/** Whose token the slot holds, by the version that is current. */
async function holder() {
  const { VersionIdsToStages = {} } = await secrets.send(
    new DescribeSecretCommand({ SecretId: deployment.outputs.slotArn }),
  );
  const current = Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes('AWSCURRENT'));
  return current && { versionId: current[0], ...parseVersionId(current[0]) };
}

// One story: each test goes on where the one before it ended.

test('the slot starts empty', async () => {
  expect(await holder()).toBeUndefined();
});

test('npm run manifest writes the deployed URL, and --check agrees', () => {
  expect(deployment.manifest('--check')).toBe(1);
  expect(deployment.manifest()).toBe(0);
  expect(deployment.manifest('--check')).toBe(0);
});

test('Forge calls, and its system token is in the slot', async () => {
  expect(await deployment.forge.call(deployment.scheduledCall())).toMatchObject({
    status: 200,
    body: expect.stringContaining('stored'),
  });
  expect(await holder()).toMatchObject({ installation: deployment.forge.installation.uuid });
});

test('the worker runs the job with the token that it reads in the slot', async () => {
  const [source] = await eventSourcesIn(deployment.url);
  const worker = await deployment.running(({ arn }) => arn === source?.functionArn);
  const event = await receiveEvent(deployment.url, source?.queueArn ?? '');
  expect(event.Records).toHaveLength(1);
  expect(await worker.invoke(event)).toEqual({ batchItemFailures: [] });
  expect(deployment.log).toContainEqual(expect.stringContaining('"Job done."'));
});

test('the same token again changes nothing; a new one takes its place', async () => {
  const before = await holder();
  expect((await deployment.forge.call(deployment.scheduledCall())).body).toContain('unchanged');
  expect(await holder()).toEqual(before);
  deployment.forge.rotateSystemToken();
  expect((await deployment.forge.call(deployment.scheduledCall())).body).toContain('stored');
  expect((await holder())?.versionId).not.toBe(before?.versionId);
});

test('a stranger is refused', async () => {
  const answer = await deployment.forge.forge(deployment.scheduledCall());
  expect(answer).toMatchObject({ status: 401, body: expect.stringContaining('signature-invalid') });
});

test('the monitor sees how long the token lasts', async () => {
  const monitor = await deployment.running(({ environment }) => MONITOR_ENV.intervalMinutes in environment);
  await monitor.invoke({});
  const metrics = deployment.log.map((line) => JSON.parse(line)).find((line) => METRICS.minTokenSecondsLeft in line);
  expect(metrics).toMatchObject({ [METRICS.slotsTotal]: 1, [METRICS.slotsExpired]: 0 });
  expect(metrics[METRICS.minTokenSecondsLeft]).toBeGreaterThan(3_600);
});

test('a resource type that is not emulated fails a deployment, and is not passed over', async () => {
  const cloudFormation = new CloudFormationClient(motoClient(deployment.url));
  const TemplateBody = JSON.stringify({ Resources: { Odd: { Type: 'AWS::Odd::Thing' } } });
  const created = cloudFormation.send(new CreateStackCommand({ StackName: 'other', TemplateBody }));
  await expect(created).rejects.toThrow('AWS::Odd::Thing is not emulated');
  cloudFormation.destroy();
});

test('cdk destroy leaves no secret and no function', async () => {
  const words = ['destroy', '--app', path.join(deployment.folder, 'cdk.out'), '--force', 'forge-remote-dev'];
  await promisify(execFile)(path.join(ROOT, 'node_modules/.bin/cdk'), words, {
    cwd: deployment.folder,
    env: cliEnvironment(deployment.url),
  });
  expect((await secrets.send(new ListSecretsCommand({}))).SecretList).toEqual([]);
  expect(await functionsIn(deployment.url)).toEqual([]);
});
