import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeSecretCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { MONITOR_ENV } from '../../../../lambda/contract/background-settings';
import { METRICS } from '../../../../lambda/contract/outcomes';
import { RECEIVER_ENV } from '../../../../lambda/contract/settings';
import { parseVersionId } from '../../../../lambda/contract/slot';
import { cliEnvironment } from '../../../emulator/aws/cli-environment';
import { eventSourcesIn, functionsIn } from './deployed';
import { type Deployment, ROOT, startDeployment } from './deployment';
import { clientOptions, type OtherAws } from './endpoint';
import { receiveEvent } from './queue';

type Strategy = 'single' | 'dynamodb';

/**
 * A stage's life in an AWS that somebody else has written: deployed with the real CLI, called, updated, destroyed. One
 * story: each test goes on where the one before it ended.
 *
 * @param start the account, with nothing in it
 */
export function runStory(
  strategy: Strategy,
  start: (functionUrl: string) => Promise<OtherAws>,
): { readonly deployment: () => Deployment } {
  let deployment: Deployment;
  let secrets: SecretsManagerClient;
  let dynamo: DynamoDBClient;
  beforeAll(async () => {
    deployment = await startDeployment(strategy, start);
    secrets = new SecretsManagerClient(clientOptions(deployment.url));
    dynamo = new DynamoDBClient(clientOptions(deployment.url));
  });
  afterAll(async () => {
    secrets?.destroy();
    dynamo?.destroy();
    await deployment?.stop();
  });

  const call = () => deployment.forge.call(deployment.scheduledCall());

  /** The version that is current in the slot, or in the one item. */
  const current = async (): Promise<string | undefined> => {
    const { slotArn } = deployment.outputs;
    if (strategy === 'dynamodb') {
      const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: slotArn.split('/').at(-1) }));
      expect(Items.length).toBeLessThan(2);
      return Items[0]?.versionId?.S;
    }
    const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: slotArn }));
    return Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes('AWSCURRENT'))?.[0];
  };

  describe(`slots: ${strategy}`, () => {
    test('the slot starts empty', async () => {
      expect(await current()).toBeUndefined();
    });

    test('npm run manifest writes the deployed URL, and --check agrees', () => {
      expect(deployment.manifest('--check')).toBe(1);
      expect(deployment.manifest()).toBe(0);
      expect(deployment.manifest('--check')).toBe(0);
    });

    test('Forge calls, and its system token is in the slot', async () => {
      expect(await call()).toMatchObject({ status: 200, body: expect.stringContaining('stored') });
      const { uuid } = deployment.forge.installation;
      expect(parseVersionId((await current()) ?? '')).toMatchObject({ installation: uuid });
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
      const before = await current();
      expect((await call()).body).toContain('unchanged');
      expect(await current()).toEqual(before);
      deployment.forge.rotateSystemToken();
      expect((await call()).body).toContain('stored');
      expect(await current()).not.toBe(before);
    });

    test('a stranger is refused', async () => {
      const answer = await deployment.forge.forge(deployment.scheduledCall());
      expect(answer).toMatchObject({ status: 401, body: expect.stringContaining('signature-invalid') });
    });

    test('the monitor sees how long the token lasts', async () => {
      const monitor = await deployment.running(({ environment }) => MONITOR_ENV.intervalMinutes in environment);
      await monitor.invoke({});
      const lines = deployment.log.map((line) => JSON.parse(line));
      const metrics = lines.find((line) => METRICS.minTokenSecondsLeft in line);
      expect(metrics).toMatchObject({ [METRICS.slotsTotal]: 1, [METRICS.slotsExpired]: 0 });
      expect(metrics[METRICS.minTokenSecondsLeft]).toBeGreaterThan(3_600);
    });

    test('an update keeps the URL, the slot and its token, and is in force with the next call', async () => {
      const { outputs } = deployment;
      const before = await current();
      await deployment.update();
      expect(deployment.outputs).toEqual(outputs);
      expect(deployment.manifest('--check')).toBe(0);
      expect(await current()).toBe(before);
      const receiver = (await functionsIn(deployment.url)).find(
        ({ environment }) => RECEIVER_ENV.routes in environment,
      );
      expect(receiver?.environment[RECEIVER_ENV.jwksUrl]).toBe(deployment.jwksUrl);
      deployment.forge.rotateSystemToken();
      expect(await call()).toMatchObject({ status: 200, body: expect.stringContaining('stored') });
    });

    test('cdk destroy leaves no secret, no table and no function', async () => {
      const words = ['destroy', '--app', path.join(deployment.folder, 'cdk.out'), '--force', 'forge-remote-dev'];
      await promisify(execFile)(path.join(ROOT, 'node_modules/.bin/cdk'), words, {
        cwd: deployment.folder,
        env: cliEnvironment(deployment.url),
      });
      // Other tests may have left some of their own in the same account.
      const { slotArn } = deployment.outputs;
      const { SecretList = [] } = await secrets.send(new ListSecretsCommand({ MaxResults: 100 }));
      expect(SecretList.map(({ ARN }) => ARN)).not.toContain(slotArn);
      expect((await dynamo.send(new ListTablesCommand({}))).TableNames).not.toContain(slotArn.split('/').at(-1));
      expect(await functionsIn(deployment.url)).toEqual([]);
    });
  });

  return { deployment: () => deployment };
}
