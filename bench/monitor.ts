import { randomUUID } from 'node:crypto';
import { zipSync } from 'fflate';
import { SWEEP_INTERVAL_MINUTES } from '../lambda/contract/freshness';
import { monitorVariables } from '../lambda/contract/monitor-settings';
import { formatVersionId } from '../lambda/contract/slot';
import { startAws } from '../local/aws/server';
import { startFunction } from '../local/function-url/function-process';
import { bundleFunction, observe, sizeOf } from '../test/support/bundle';

// How long one sweep of the monitor takes, and how much memory: the bundle as it is deployed, in a process of its own,
// against an emulated Secrets Manager that throttles every tenth call and takes its time for each.
//
//   node --import tsx bench/monitor.ts [slots]

const SLOTS = Number(process.argv[2] ?? 10_000);
const PREFIX = 'forge-remote-bench/slot';
/** About what ListSecrets takes for a page. */
const LATENCY_MS = 150;

/** Around the monitor: answers what the process has used so far: memory in megabytes, and seconds of one processor. */
const OBSERVER = `
import { handler as sweep } from './observed.mjs';
export const handler = async (event, context) => {
  await sweep(event, context);
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return { megabytes: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 };
};
`;

async function main(): Promise<void> {
  const aws = await startAws();
  const nowSeconds = Math.floor(Date.now() / 1000);
  for (let index = 0; index < SLOTS; index++) {
    const installation = randomUUID();
    aws.secrets.create({
      Name: `${PREFIX}/${installation}`,
      ClientRequestToken: formatVersionId({
        expiresAtSeconds: nowSeconds + 3_600 + index,
        installation,
        tokenHash: index.toString(16).padStart(20, '0'),
      }),
      SecretString: '{}',
      Description: 'As long as the description that the receiver gives to a secret that it makes. '.repeat(3),
      Tags: ['app', 'stage', 'installation', 'environment'].map((Key) => ({ Key, Value: installation })),
    });
  }
  let calls = 0;
  aws.intercept(() =>
    ++calls % 10 === 0
      ? { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' }
      : { delayMs: LATENCY_MS },
  );

  const bundle = await bundleFunction('monitor');
  const monitor = await startFunction({
    zip: zipSync({ ...observe(bundle, OBSERVER) }),
    config: {
      name: 'monitor',
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:monitor',
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      timeoutSeconds: SWEEP_INTERVAL_MINUTES * 60,
      memorySizeMb: 256,
      environment: monitorVariables({ slots: { prefix: PREFIX }, intervalMinutes: 60, remoteName: 'bench' }),
      logGroupName: '/monitor',
      logFormat: 'JSON',
    },
    awsEndpointUrl: aws.url,
    onLog: (line) => console.log(line),
  });

  try {
    for (const run of ['cold', 'warm']) {
      const startedAtMs = Date.now();
      calls = 0;
      const { megabytes, cpuSeconds } = (await monitor.invoke({})) as { megabytes: number; cpuSeconds: number };
      const seconds = (Date.now() - startedAtMs) / 1000;
      console.log(
        `${run}: ${SLOTS} slots in ${seconds.toFixed(1)} s with ${calls} calls; so far ${megabytes.toFixed(0)} MB at the ` +
          `most, ${cpuSeconds.toFixed(1)} s of a processor`,
      );
    }
    console.log(`bundle: ${Math.ceil(sizeOf(bundle) / 1024)} KB`);
  } finally {
    await monitor.stop();
    await aws.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
