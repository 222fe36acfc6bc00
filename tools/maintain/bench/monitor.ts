/**
 * npm run bench -- --monitor: how long one run of the monitor takes, and how much memory: the bundle as it is deployed,
 * in a process of its own, against an emulated AWS that throttles every tenth call and takes its time for
 * each. Needs no network.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { zipSync } from 'fflate';
import { monitorVariables } from '../../../lambda/contract/background-settings';
import { MONITOR_INTERVAL_MINUTES } from '../../../lambda/contract/freshness';
import { formatVersionId, SLOT_ATTRIBUTES, type SlotLocation, slotServiceOf } from '../../../lambda/contract/slot';
import { bundleFunction, observe, sizeOf } from '../../../test/support/bundle';
import { addTable } from '../../../test/support/emulated-table';
import { type EmulatedAws, startAws } from '../../emulator/aws/server';
import { startFunction } from '../../emulator/function-url/function-process';
import type { FleetStrategy } from '../test/support/fleet';
import type { Section } from './section';
import { round } from './statistics';
import { strategyNamed } from './strategy';
import { wholeNumber } from './whole-number';

const USAGE = `Usage: npm run bench -- --monitor [options]

Measures one run of the monitor, cold and warm, on the bundle that is deployed.

  --slots <number>       slots that it looks at (default: 10000)
  --strategy <strategy>  how they are kept: perInstallation or dynamodb (default: perInstallation)
  --json                 print one JSON object in place of the table
  --help                 show this text`;

const PREFIX = 'forge-remote-bench/slot';
const TABLE = 'forge-remote-bench';
/** About what ListSecrets takes for a page; a page of a table's index, with a megabyte, is taken to be no faster. */
const LATENCY_MS = 150;

/** Around the monitor: answers what the process has used so far: memory in megabytes, and seconds of one processor. */
const OBSERVER = `
import { handler as monitor } from './observed.mjs';
export const handler = async (event, context) => {
  await monitor(event, context);
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return { megabytes: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 };
};
`;

interface MonitorRun {
  readonly run: 'cold' | 'warm';
  readonly seconds: number;
  readonly calls: number;
  /** The most memory that the process had until then. */
  readonly peakMb: number;
  /** What the process has had of a processor until then. */
  readonly cpuSeconds: number;
}

/** Fills a stage with slots, each of another installation. */
function addSlots(aws: EmulatedAws, strategy: FleetStrategy, count: number): SlotLocation {
  const table = strategy === 'dynamodb' ? addTable(aws, TABLE) : undefined;
  const nowSeconds = Math.floor(Date.now() / 1000);
  for (let index = 0; index < count; index++) {
    const installation = randomUUID();
    const tokenHash = index.toString(16).padStart(20, '0');
    const versionId = formatVersionId({ expiresAtSeconds: nowSeconds + 3_600 + index, installation, tokenHash });
    if (table) {
      table.put({
        [SLOT_ATTRIBUTES.installation]: { S: installation },
        [SLOT_ATTRIBUTES.versionId]: { S: versionId },
        [SLOT_ATTRIBUTES.sites]: { S: tokenHash },
        [SLOT_ATTRIBUTES.createdAt]: { N: String(nowSeconds) },
        [SLOT_ATTRIBUTES.writtenAt]: { N: String(nowSeconds) },
      });
    } else {
      aws.secrets.create({
        Name: `${PREFIX}/${installation}`,
        ClientRequestToken: versionId,
        SecretString: '{}',
        Description: 'As long as the description that the receiver gives to a secret that it makes. '.repeat(3),
        Tags: ['app', 'stage', 'installation', 'environment'].map((Key) => ({ Key, Value: installation })),
      });
    }
  }
  return table ? { table: TABLE } : { prefix: PREFIX };
}

async function measureMonitor(
  slots: number,
  strategy: FleetStrategy,
): Promise<{ readonly runs: MonitorRun[]; readonly bundleKb: number }> {
  const aws = await startAws();
  const location = addSlots(aws, strategy, slots);
  let calls = 0;
  aws.intercept(() =>
    ++calls % 10 === 0
      ? { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' }
      : { delayMs: LATENCY_MS },
  );

  const bundle = await bundleFunction('monitor', [], slotServiceOf(location));
  const monitor = await startFunction({
    zip: zipSync({ ...observe(bundle, OBSERVER) }),
    config: {
      name: 'monitor',
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:monitor',
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      timeoutSeconds: MONITOR_INTERVAL_MINUTES * 60,
      memorySizeMb: 256,
      environment: monitorVariables({
        slots: location,
        delivery: { intervalMinutes: 60, licensedOnly: false },
        remoteName: 'bench',
      }),
      logGroupName: '/monitor',
      logFormat: 'JSON',
    },
    awsEndpointUrl: aws.url,
  });

  const runs: MonitorRun[] = [];
  try {
    for (const run of ['cold', 'warm'] as const) {
      const startedAtMs = performance.now();
      calls = 0;
      const { megabytes, cpuSeconds } = (await monitor.invoke({})) as { megabytes: number; cpuSeconds: number };
      const seconds = round((performance.now() - startedAtMs) / 1000);
      runs.push({ run, seconds, calls, peakMb: round(megabytes), cpuSeconds: round(cpuSeconds) });
    }
    return { runs, bundleKb: Math.ceil(sizeOf(bundle) / 1024) };
  } finally {
    await monitor.stop();
    await aws.stop();
  }
}

async function run(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      slots: { type: 'string', default: '10000' },
      strategy: { type: 'string', default: 'perInstallation' },
      json: { type: 'boolean', default: false },
    },
  });
  const slots = wholeNumber('slots', values.slots, 1);
  const strategy = strategyNamed(values.strategy);
  const figures = await measureMonitor(slots, strategy);
  if (values.json) return console.log(JSON.stringify({ node: process.version, slots, strategy, ...figures }));
  console.log(
    `Monitor: one run over ${slots} slots, ${strategy}, Node ${process.version}; a bundle of ${figures.bundleKb} KB`,
  );
  for (const { run, seconds, calls, peakMb, cpuSeconds } of figures.runs) {
    console.log(
      `  ${run}: ${seconds.toFixed(1)} s with ${calls} calls; so far ${peakMb.toFixed(0)} MB at the most, ` +
        `${cpuSeconds.toFixed(1)} s of a processor`,
    );
  }
}

export const monitor: Section = { usage: USAGE, run };
