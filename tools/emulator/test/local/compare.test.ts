import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readProject, runDeploy, runInProject, writeStages } from '../../../../test/support/run-deploy';
import { type EmulatedAws, startAws } from '../../aws/server';

// A deployment and some more runs of the real cdk CLI take some seconds, more on a busy machine.
jest.setTimeout(240_000);

const ACCOUNT = '123456789012';
const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/compare`;
const STAGE = { name: 'dev', region: 'us-east-1', environments: ['DEVELOPMENT'], slot: { strategy: 'dynamodb' } };

/** The policy that docs/ci.md gives the role with which pull requests compare. */
function documentedPolicy() {
  const page = readFileSync(path.join(__dirname, '../../../../docs/ci.md'), 'utf8');
  const [policy, ...others] = [...page.matchAll(/```json\n([\s\S]*?)```/g)]
    .map(([, text = '']) => text)
    .filter((text) => text.includes('cloudformation:GetTemplate'));
  expect(others).toEqual([]);
  return JSON.parse(policy ?? '');
}

let aws: EmulatedAws;
/** Of a session of that role. */
let session: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
/** What the role has asked for, and whether it was allowed. */
let asked: [action: string, allowed: boolean][];

beforeAll(async () => {
  aws = await startAws({ functionUrl: () => 'http://127.0.0.1:3000/' });
  writeStages(STAGE);
  expect(await runDeploy(aws.url, 'dev')).toMatchObject({ status: 0 });
  const role = { arn: ROLE_ARN, trust: { Statement: [] }, managedPolicies: [] };
  aws.iam.putRole({ ...role, policies: { compare: documentedPolicy() } });
  session = aws.iam.credentials(ROLE_ARN, 'pull-request');
  asked = [];
  aws.iam.listen(({ caller, action }, { allowed }) => {
    if (caller.type === 'role' && caller.roleArn === ROLE_ARN) asked.push([action, allowed]);
  });
});
afterAll(() => aws.stop());

const asPullRequest = (...words: string[]) =>
  runInProject(aws.url, words, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken ?? '',
    CDK_NOTICES: 'false',
    CDK_DISABLE_CLI_TELEMETRY: '1',
    CDK_DISABLE_VERSION_CHECK: '1',
  });

test('the role of docs/ci.md is enough for cdk diff, which goes on without the lookup role', async () => {
  writeStages({ ...STAGE, logRetentionDays: 7 });
  const words = ['diff', '-c', 'stage=dev', '--method', 'template'];
  const { status, output } = await asPullRequest('node_modules/aws-cdk/bin/cdk', ...words);
  expect(output).toMatch(/Lookup role \S+ was not assumed\. Proceeding with default credentials/);
  expect(output).toMatch(/RetentionInDays\n.*\[-\] 30\n.*\[\+\] 7/);
  expect(output).not.toContain('Unknown option');
  expect(status).toBe(0);
  expect(asked).toEqual([
    ['sts:AssumeRole', false],
    ['cloudformation:DescribeStacks', true],
    ['cloudformation:GetTemplate', true],
  ]);
});

test('and for npm run outputs', async () => {
  expect(await asPullRequest('--import', 'tsx', 'bin/outputs.ts', '--stage', 'dev')).toMatchObject({ status: 0 });
  expect(JSON.parse(readProject('cdk-outputs.json'))).toHaveProperty(['forge-remote-dev', 'RemoteBaseUrl']);
});

test('it reads no data', async () => {
  const options = { endpoint: aws.url, region: 'us-east-1', credentials: session };
  const [TableName = ''] = aws.tables.names();
  const tables = new DynamoDBClient(options);
  await expect(tables.send(new ScanCommand({ TableName }))).rejects.toThrow(
    'is not authorized to perform: dynamodb:Scan',
  );
  const secrets = new SecretsManagerClient(options);
  const { ARN } = aws.secrets.create({ Name: 'a-slot', SecretString: 'value' });
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: ARN }))).rejects.toThrow('GetSecretValue');
  tables.destroy();
  secrets.destroy();
});
