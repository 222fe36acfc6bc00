import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { DescribeTableCommand, DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { METRICS } from '../../../../lambda/contract/metrics';
import { MONITOR_ENV } from '../../../../lambda/contract/monitor-settings';
import { SLOT_INDEX } from '../../../../lambda/contract/slot-item';
import { cliEnvironment } from '../../../emulator/aws/cli-environment';
import { eventSourcesIn, motoClient } from '../../moto/deployed';
import { type Deployment, ROOT, startDeployment } from './support/deployment';
import { receiveEvent } from './support/queue';

// The same story as deployment.moto.ts, with slots in a table.

let deployment: Deployment;
let dynamo: DynamoDBClient;
let TableName: string;
beforeAll(async () => {
  deployment = await startDeployment('dynamodb');
  dynamo = new DynamoDBClient(motoClient(deployment.url));
  TableName = deployment.outputs.slotArn.split('/').at(-1) ?? '';
});
afterAll(async () => {
  dynamo?.destroy();
  await deployment?.stop();
});

const call = () => deployment.forge.call(deployment.scheduledCall());
const items = async () => (await dynamo.send(new ScanCommand({ TableName }))).Items ?? [];

test('the table is there, with its index, and empty', async () => {
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
  expect(Table).toMatchObject({ TableStatus: 'ACTIVE', GlobalSecondaryIndexes: [{ IndexName: SLOT_INDEX.name }] });
  expect(await items()).toEqual([]);
  expect(deployment.manifest()).toBe(0);
});

test('Forge calls, and its system token is in the table', async () => {
  expect(await call()).toMatchObject({ status: 200, body: expect.stringContaining('stored') });
  expect(await items()).toMatchObject([{ installation: { S: deployment.forge.installation.uuid } }]);
});

test('the worker runs the job with the token that it reads in the table', async () => {
  const [source] = await eventSourcesIn(deployment.url);
  const worker = await deployment.running(({ arn }) => arn === source?.functionArn);
  const event = await receiveEvent(deployment.url, source?.queueArn ?? '');
  expect(await worker.invoke(event)).toEqual({ batchItemFailures: [] });
  expect(deployment.log).toContainEqual(expect.stringContaining('"Job done."'));
});

test('the same token again changes nothing; a new one takes its place', async () => {
  const [before] = await items();
  expect((await call()).body).toContain('unchanged');
  expect(await items()).toEqual([before]);
  deployment.forge.rotateSystemToken();
  expect((await call()).body).toContain('stored');
  expect(await items()).toMatchObject([{ previousId: before?.versionId, createdAt: before?.createdAt }]);
});

test('the monitor sees in the index how long the token lasts', async () => {
  const monitor = await deployment.running(({ environment }) => MONITOR_ENV.intervalMinutes in environment);
  await monitor.invoke({});
  const metrics = deployment.log.map((line) => JSON.parse(line)).find((line) => METRICS.minTokenSecondsLeft in line);
  expect(metrics).toMatchObject({ [METRICS.slotsTotal]: 1, [METRICS.slotsExpired]: 0 });
  expect(metrics[METRICS.minTokenSecondsLeft]).toBeGreaterThan(3_600);
});

test('cdk destroy leaves no table', async () => {
  const words = ['destroy', '--app', path.join(deployment.folder, 'cdk.out'), '--force', 'forge-remote-dev'];
  await promisify(execFile)(path.join(ROOT, 'node_modules/.bin/cdk'), words, {
    cwd: deployment.folder,
    env: cliEnvironment(deployment.url),
  });
  expect((await dynamo.send(new ListTablesCommand({}))).TableNames).toEqual([]);
});
