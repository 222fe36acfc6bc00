import { zipSync } from 'fflate';
import { type MonitorSettings, monitorVariables } from '../../../lambda/contract/background-settings';
import { METRICS } from '../../../lambda/contract/outcomes';
import { type EmulatedAws, startAws } from '../../../tools/emulator/aws/server';
import { type FunctionProcess, startFunction } from '../../../tools/emulator/function-url/function-process';
import { bundleFunction } from '../../support/bundle';
import { addSlot, NOW, PREFIX } from './slots';

// The bundle as it is deployed, in a process of its own. Its clock is the real one, so lives are in relation to that.

jest.setTimeout(30_000);

let zip: Uint8Array;
beforeAll(async () => {
  const { files } = await bundleFunction('monitor');
  zip = zipSync({ ...files });
});

let aws: EmulatedAws;
let running: FunctionProcess | undefined;
beforeEach(async () => {
  aws = await startAws();
});
afterEach(async () => {
  await running?.stop();
  await aws.stop();
});

/** Runs the monitor once, and gives back what it logged: lines of the log, and metrics. */
async function run(settings: Partial<MonitorSettings> = {}) {
  const lines: Record<string, unknown>[] = [];
  running = await startFunction({
    zip,
    config: {
      name: 'monitor',
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:monitor',
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      timeoutSeconds: 20,
      memorySizeMb: 256,
      environment: monitorVariables({
        slots: { prefix: PREFIX },
        delivery: { intervalMinutes: 60, licensedOnly: false },
        remoteName: 'forge-remote-dev',
        ...settings,
      }),
      logGroupName: '/monitor',
      logFormat: 'JSON',
    },
    awsEndpointUrl: aws.url,
    onLog: (line) => lines.push(JSON.parse(line)),
  });
  await running.invoke({});
  return { log: lines.filter((line) => !('_aws' in line)), metrics: lines.filter((line) => '_aws' in line) };
}

/** Minutes from {@link NOW}, which `addSlot` counts from, to `minutes` after the real time. */
const fromNow = (minutes: number) => Math.round((Date.now() / 1000 - NOW) / 60) + minutes;

test('reports the slots of its installations, names the late one and no token', async () => {
  addSlot(aws, fromNow(200));
  const late = addSlot(aws, fromNow(30));
  const { log, metrics } = await run();
  expect(log).toMatchObject([{ level: 'WARN', late: [{ installation: late }], slots: { total: 2, late: 1 } }]);
  expect(metrics).toMatchObject([{ Remote: 'forge-remote-dev', [METRICS.slotsTotal]: 2, [METRICS.slotsLate]: 1 }]);
  expect(JSON.stringify([log, metrics])).not.toContain('a-token');
  expect(aws.calls).toEqual(['secretsmanager.ListSecrets']);
});

test('reports the one slot, and no life while it is empty', async () => {
  const { ARN = '' } = aws.secrets.create({ Name: 'slot' });
  const { metrics } = await run({ slots: { secretArn: ARN } });
  expect(metrics).toMatchObject([{ [METRICS.slotsTotal]: 1, [METRICS.slotsEmpty]: 1 }]);
  expect(metrics[0]).not.toHaveProperty(METRICS.minTokenSecondsLeft);
});

test('deletes what is long dead only when it is told to, and announces it', async () => {
  const dead = addSlot(aws, fromNow(-31 * 24 * 60));
  await run();
  await running?.stop();
  expect(aws.secrets.list({}).SecretList).toHaveLength(1);

  const { log } = await run({ reapAfterDays: 30 });
  expect(log.slice(1)).toMatchObject([{ level: 'WARN', installation: dead }]);
  expect(aws.secrets.list({}).SecretList).toEqual([]);
});

test('is silent in its metrics, and says why in its log, when it may not look', async () => {
  aws.intercept(() => ({ status: 400, code: 'AccessDeniedException', message: 'no policy allows it' }));
  const { log, metrics } = await run();
  expect(log).toMatchObject([{ level: 'ERROR', error: { message: 'no policy allows it' } }]);
  expect(metrics).toEqual([]);
});
