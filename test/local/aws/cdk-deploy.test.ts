import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { cliEnvironment } from '../../../local/aws/cli-environment';
import { type EmulatedAws, startAws } from '../../../local/aws/server';

const MODULES = resolve(__dirname, '../../../node_modules');

/** A CDK app with one secret, whose description and protection come from the context. */
const APP = `
const { App, CfnOutput, Stack } = require(${JSON.stringify(join(MODULES, 'aws-cdk-lib'))});
const { CfnSecret } = require(${JSON.stringify(join(MODULES, 'aws-cdk-lib/aws-secretsmanager'))});
const app = new App();
const stack = new Stack(app, 'Tiny', { terminationProtection: app.node.tryGetContext('protected') === 'yes' });
const secret = new CfnSecret(stack, 'Slot', { name: 'slot', description: app.node.tryGetContext('description') });
new CfnOutput(stack, 'SlotArn', { value: secret.ref });
`;

let aws: EmulatedAws;
let folder: string;

beforeAll(async () => {
  aws = await startAws();
  folder = mkdtempSync(join(tmpdir(), 'cdk-deploy-'));
  writeFileSync(join(folder, 'app.cjs'), APP);
});

afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function cdk(...words: string[]): Promise<void> {
  // CDK's validation of templates takes seconds, and is not what is tested.
  const env = { ...cliEnvironment(aws.url), CDK_VALIDATION: 'false' };
  await promisify(execFile)(join(MODULES, '.bin/cdk'), words, { cwd: folder, env });
}

const deploy = (...context: string[]) =>
  cdk('deploy', '--app', 'node app.cjs', '--require-approval', 'never', '--outputs-file', 'outputs.json', ...context);

test('the real cdk command deploys, updates and destroys a stack', async () => {
  await deploy('-c', 'description=one', '-c', 'protected=yes');
  const { ARN, Description } = aws.secrets.describe({ SecretId: 'slot' });
  expect(Description).toBe('one');
  expect(JSON.parse(readFileSync(join(folder, 'outputs.json'), 'utf8'))).toEqual({ Tiny: { SlotArn: ARN } });
  expect(aws.calls).toContain('cloudformation.UpdateTerminationProtection');

  await deploy('-c', 'description=two', '-c', 'protected=no');
  expect(aws.secrets.describe({ SecretId: 'slot' })).toMatchObject({ ARN, Description: 'two' });

  // What was synthesized last is good enough to be destroyed.
  await cdk('destroy', '--app', 'cdk.out', '--force');
  expect(aws.secrets.list({}).SecretList).toEqual([]);
}, 60_000);
