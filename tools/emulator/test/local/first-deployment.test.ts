import { readProject, runDeploy, writeStages } from '../../../../test/support/run-deploy';
import { type EmulatedAws, startAws } from '../../aws/server';

// Several deployments with the real cdk CLI; each takes some seconds, more on a busy machine.
jest.setTimeout(240_000);

/** A production stage: its stack is protected, and its slots are kept. */
const PROD = {
  name: 'prod',
  region: 'us-east-1',
  environments: ['PRODUCTION'],
  slack: { workspaceId: 'T012ABCDEFG', channelId: 'C012ABCDEFG' },
};

let aws: EmulatedAws;
let slackAuthorized = false;
beforeEach(async () => {
  slackAuthorized = false;
  // As a new account has it: nothing can be set aside.
  aws = await startAws({
    concurrencyLimit: 10,
    isSlackAuthorized: () => slackAuthorized,
    functionUrl: () => 'http://127.0.0.1:3000/',
  });
});
afterEach(() => aws.stop());

/** All that a stack of ours could leave behind. */
const left = () => ({
  secrets: aws.secrets.list({ IncludePlannedDeletion: true }).SecretList.map(({ Name }) => Name),
  tables: aws.tables.names(),
  queues: aws.queues.all().length,
  functions: aws.functionNames(),
  roles: aws.iam.roles().map(({ arn }) => arn),
  logGroups: aws.logs.groupNames(),
});

const NOTHING = { secrets: [], tables: [], queues: 0, functions: [], roles: [], logGroups: [] };

test('the first deployment of a production stage fails, twice, and then works: its stack is protected', async () => {
  const manifest = readProject('manifest.yml');
  writeStages({ ...PROD, reservedConcurrency: 3 });
  const tooMany = await runDeploy(aws.url, 'prod');
  expect(tooMany.status).toBe(1);
  // The resource and its reason, as the cdk CLI tells them; what is most likely meant, and what to do.
  expect(tooMany.output).toMatch(/CREATE_FAILED.*AWS::Lambda::Function/);
  expect(tooMany.output).toContain('UnreservedConcurrentExecution below its minimum value of [10]');
  expect(tooMany.output).toMatch(/To do: Remove `reservedConcurrency`/);
  expect(tooMany.output).toContain('forge-remote-prod in us-east-1 is ROLLBACK_COMPLETE: everything was rolled back');
  expect(left()).toEqual(NOTHING);

  writeStages(PROD);
  const refused = await runDeploy(aws.url, 'prod');
  expect(refused.status).toBe(1);
  expect(refused.output).toContain('failed (ROLLBACK_COMPLETE)');
  expect(refused.output).toContain(
    '--no-enable-termination-protection --stack-name forge-remote-prod --region us-east-1',
  );
  expect(refused.output).not.toContain('cdk deploy ended');

  const noSlack = await runDeploy(aws.url, 'prod', '--unprotect-failed');
  expect(noSlack.status).toBe(1);
  expect(noSlack.output).toMatch(/CREATE_FAILED.*AWS::Chatbot::SlackChannelConfiguration/);
  expect(noSlack.output).toMatch(/To do: Authorize it once in the console of Amazon Q Developer/);
  expect(left()).toEqual(NOTHING);

  slackAuthorized = true;
  const done = await runDeploy(aws.url, 'prod', '--unprotect-failed');
  expect(done.output).toContain('The protection is off.');
  expect(done.status).toBe(0);
  expect(left().secrets).toHaveLength(1);
  expect(readProject('manifest.yml')).toBe(manifest);
  expect(readProject('.local/manifest.yml')).toBe(manifest.replace(/baseUrl: .*/, 'baseUrl: http://127.0.0.1:3000'));
});

test('of a stage without protection, with a retained table: cdk creates it again by itself', async () => {
  const dev = { ...PROD, name: 'dev', environments: ['DEVELOPMENT'], slot: { strategy: 'dynamodb', retain: true } };
  writeStages(dev);
  expect(await runDeploy(aws.url, 'dev')).toMatchObject({
    status: 1,
    output: expect.stringContaining('Slack workspace'),
  });
  expect(left()).toEqual(NOTHING);

  slackAuthorized = true;
  expect(await runDeploy(aws.url, 'dev')).toMatchObject({ status: 0 });
  expect(left().tables).toHaveLength(1);
});

test.each([
  [0, /Has the environment been bootstrapped\?/, /Most likely: The account has no CDK bootstrap stack in this region/],
  [4, /requires bootstrap stack version '\d+', found '4'/, /Most likely: The account's CDK bootstrap stack is older/],
])('an account whose bootstrap stack has version %i is told of, and nothing is made', async (version, says, means) => {
  const account = await startAws({ bootstrapVersion: version });
  try {
    writeStages({ name: 'dev', region: 'us-east-1', environments: ['DEVELOPMENT'] });
    const { status, output } = await runDeploy(account.url, 'dev');
    expect(status).toBe(1);
    expect(output).toMatch(says);
    expect(output).toMatch(means);
    expect(output).toMatch(/To do: .*npx cdk bootstrap/s);
    expect(account.functionNames()).toEqual([]);
  } finally {
    await account.stop();
  }
});
