import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT, readProject, runDeploy, writeStages } from '../../../../test/support/run-deploy';
import { runLocal, PROJECT_ROOT as SERVED_PROJECT } from '../../../../test/support/run-local';
import { type EmulatedAws, startAws } from '../../aws/server';

// Each deployment with the real cdk CLI takes some seconds, more on a busy machine.
jest.setTimeout(240_000);

const ACCOUNT = '210987654321';
const ENVIRONMENTS = { account: ACCOUNT, environments: ['DEVELOPMENT'] };

let aws: EmulatedAws;
beforeEach(async () => {
  aws = await startAws({
    accountId: ACCOUNT,
    // A port for each region, as `npm run local -- --serve` has it.
    functionUrl: (_, region) => `http://127.0.0.1:${region === 'eu-central-1' ? 3001 : 3000}/`,
  });
});
afterEach(() => aws.stop());

test('a stage in two regions, in an account of its own: a map of URLs, and a secret in each region', async () => {
  writeStages({ name: 'two', regions: { default: 'us-east-1', EU: 'eu-central-1' }, ...ENVIRONMENTS });
  const { status, output } = await runDeploy(aws.url, 'two');
  expect(output).toContain('Rehearsal:');
  expect(status).toBe(0);
  expect(readProject('.local/manifest.yml')).toMatch(
    /baseUrl:\n\s+default: http:\/\/127\.0\.0\.1:3000\n\s+EU: http:\/\/127\.0\.0\.1:3001\n/,
  );
  for (const region of ['us-east-1', 'eu-central-1']) {
    const [secret, ...others] = aws.region(region).secrets.list({}).SecretList;
    expect(secret?.ARN).toMatch(`arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:`);
    expect(others).toEqual([]);
  }
});

test.each([
  ['cn-north-1', 'aws-cn'],
  ['eusc-de-east-1', 'aws-eusc'],
])('a stage in %s, which is in the partition %s', async (region, partition) => {
  writeStages({ name: 'far', region, ...ENVIRONMENTS });
  const { status, output } = await runDeploy(aws.url, 'far');
  expect(output).not.toContain('arn:aws:');
  expect(status).toBe(0);
  const place = aws.region(region);
  expect(place.secrets.list({}).SecretList[0]?.ARN).toMatch(`arn:${partition}:secretsmanager:${region}:${ACCOUNT}:`);
  expect(place.functionNames()).toHaveLength(3);
  const roles = aws.iam.roles().map(({ arn }) => arn);
  expect(roles.filter((arn) => !arn.startsWith(`arn:${partition}:iam::${ACCOUNT}:role/`))).toEqual([]);
});

test('another account than the stage wants is refused before anything is made, with what to do', async () => {
  writeStages({ name: 'theirs', region: 'us-east-1', ...ENVIRONMENTS, account: '123456789012' });
  const { status, output } = await runDeploy(aws.url, 'theirs');
  expect(status).toBe(1);
  expect(output).toContain(`current credentials (which are for account ${ACCOUNT})`);
  expect(output).toMatch(/To do: Use credentials of that account/);
  expect(aws.functionNames()).toEqual([]);
});

test('what npm run local --serve keeps up can be deployed into: it has the account, region and partition of its stage', async () => {
  writeStages({ name: 'china', region: 'cn-north-1', ...ENVIRONMENTS });
  copyFileSync(path.join(PROJECT_ROOT, 'config.ts'), path.join(SERVED_PROJECT, 'config.ts'));
  const local = runLocal('--serve', '--stage', 'china');
  const { awsEndpointUrl, functionUrl, slotArn } = JSON.parse(await local.firstLine);
  expect(slotArn).toMatch(`arn:aws-cn:secretsmanager:cn-north-1:${ACCOUNT}:secret:`);
  const { status, output } = await runDeploy(awsEndpointUrl, 'china');
  expect(output).toContain(`forge-remote-china.SlotArn = ${slotArn}`);
  expect(status).toBe(0);
  expect(readProject('.local/manifest.yml')).toContain(`baseUrl: ${functionUrl.replace(/\/$/, '')}\n`);
  local.child.kill('SIGTERM');
  expect(await local.exited).toBe(0);
});
