import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { cliEnvironment } from '../../aws/cli-environment';
import type { DeployedFunction } from '../../aws/lambda';
import { type EmulatedAws, startAws } from '../../aws/server';
import { startFunction } from '../../function-url/function-process';

const MODULES = resolve(__dirname, '../../../../node_modules');

/**
 * A CDK app with a secret, whose description and protection come from the context, a worker behind a queue, and a custom
 * resource that the worker answers for.
 */
const APP = `
const { App, CfnOutput, CustomResource, Duration, Stack } = require(${JSON.stringify(join(MODULES, 'aws-cdk-lib'))});
const { Rule, Schedule } = require(${JSON.stringify(join(MODULES, 'aws-cdk-lib/aws-events'))});
const { Code, Function, Runtime } = require(${JSON.stringify(join(MODULES, 'aws-cdk-lib/aws-lambda'))});
const { SqsEventSource } = require(${JSON.stringify(join(MODULES, 'aws-cdk-lib/aws-lambda-event-sources'))});
const { Queue, QueueEncryption } = require(${JSON.stringify(join(MODULES, 'aws-cdk-lib/aws-sqs'))});
const { CfnSecret } = require(${JSON.stringify(join(MODULES, 'aws-cdk-lib/aws-secretsmanager'))});
const app = new App();
const stack = new Stack(app, 'Tiny', { terminationProtection: app.node.tryGetContext('protected') === 'yes' });
const secret = new CfnSecret(stack, 'Slot', { name: 'slot', description: app.node.tryGetContext('description') });
new CfnOutput(stack, 'SlotArn', { value: secret.ref });

const fifo = { fifo: true, encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
const deadLetterQueue = { queue: new Queue(stack, 'DeadLetters', fifo), maxReceiveCount: 3 };
const queue = new Queue(stack, 'Jobs', { ...fifo, visibilityTimeout: Duration.seconds(60), deadLetterQueue });
const worker = new Function(stack, 'Worker', {
  code: Code.fromAsset('worker'),
  handler: 'index.handler',
  runtime: Runtime.NODEJS_24_X,
  timeout: Duration.seconds(10),
});
worker.addEventSource(new SqsEventSource(queue, { batchSize: 5, reportBatchItemFailures: true }));
new Rule(stack, 'Every', { schedule: Schedule.rate(Duration.minutes(5)) });
const properties = { Description: app.node.tryGetContext('description') };
const custom = new CustomResource(stack, 'Custom', { serviceToken: worker.functionArn, properties });
new CfnOutput(stack, 'Said', { value: custom.getAttString('Said') });
`;

/** The handler of a custom resource that answers with its request. */
const WORKER = `
exports.handler = async ({ ResponseURL, RequestType, PhysicalResourceId = 'it', ResourceProperties, ...request }) => {
  console.log(RequestType);
  const Data = { Said: RequestType + ' ' + ResourceProperties.Description };
  await fetch(ResponseURL, { method: 'PUT', body: JSON.stringify({ ...request, Status: 'SUCCESS', PhysicalResourceId, Data }) });
};
`;

let aws: EmulatedAws;
let folder: string;
/** What the function logged. */
const log: string[] = [];

/** Runs a deployed function in a process of its own. */
async function run(deployed: DeployedFunction, event: unknown): Promise<unknown> {
  const options = { zip: deployed.zip, config: deployed, awsEndpointUrl: aws.url };
  const running = await startFunction({ ...options, onLog: (line) => log.push(line) });
  return await running.invoke(event).finally(running.stop);
}

beforeAll(async () => {
  aws = await startAws({ run });
  folder = mkdtempSync(join(tmpdir(), 'cdk-deploy-'));
  writeFileSync(join(folder, 'app.cjs'), APP);
  mkdirSync(join(folder, 'worker'));
  writeFileSync(join(folder, 'worker/index.js'), WORKER);
});

afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function cdk(...words: string[]): Promise<void> {
  // CDK's template validation takes seconds, and is not tested here.
  const env = { ...cliEnvironment(aws.url), CDK_VALIDATION: 'false' };
  await promisify(execFile)(join(MODULES, '.bin/cdk'), words, { cwd: folder, env });
}

const deploy = (...context: string[]) =>
  cdk('deploy', '--app', 'node app.cjs', '--require-approval', 'never', '--outputs-file', 'outputs.json', ...context);

const outputs = () => JSON.parse(readFileSync(join(folder, 'outputs.json'), 'utf8'));

test('the real cdk command deploys, updates and destroys a stack', async () => {
  await deploy('-c', 'description=one', '-c', 'protected=yes');
  const { ARN, Description } = aws.secrets.describe({ SecretId: 'slot' });
  expect(Description).toBe('one');
  expect(outputs()).toEqual({ Tiny: { SlotArn: ARN, Said: 'Create one' } });
  expect(aws.calls).toContain('cloudformation.UpdateTerminationProtection');
  const [mapping] = aws.eventSourceMappings();
  expect(mapping).toMatchObject({ batchSize: 5, reportsBatchItemFailures: true });
  expect(aws.queues.get(mapping?.queueArn ?? '').settings).toMatchObject({
    fifo: true,
    visibilityTimeoutSeconds: 60,
    redrive: { maxReceiveCount: 3 },
  });

  await deploy('-c', 'description=two', '-c', 'protected=no');
  expect(aws.secrets.describe({ SecretId: 'slot' })).toMatchObject({ ARN, Description: 'two' });
  expect(outputs()).toEqual({ Tiny: { SlotArn: ARN, Said: 'Update two' } });

  // Reuses the last synthesis to destroy the stack.
  await cdk('destroy', '--app', 'cdk.out', '--force');
  expect(aws.secrets.list({}).SecretList).toEqual([]);
  expect(aws.queues.all()).toEqual([]);
  expect(aws.functionNames()).toEqual([]);
  expect(log.map((line) => line.split('\t').at(-1))).toEqual(['Create', 'Update', 'Delete']);
}, 60_000);
