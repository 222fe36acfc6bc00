/**
 * npm run bench: what a cold start takes, ours and others'; what the worker costs, in memory and time, and what the
 * receiver's message to it adds to a call. Runs the deployed bundles in processes of their own, against the emulated AWS,
 * Forge and Atlassian. Needs no network, but for AWS's runtime the first time.
 */
import { parseArgs } from 'node:util';
import { formatCold } from './cold/format';
import { measureCold } from './cold/measure';
import { measureReceiver, type ReceiverFigures } from './receiver-runs';
import { formatTable } from './table';
import { measureWorker } from './worker-runs';

const USAGE = `Usage: npm run bench -- [options]

Measures the bundles that are deployed. Without --cold or --worker, both.

  --cold                    only cold starts: ours, the least that can be done, and two usual ways to do the same
  --worker                  only the worker, and the receiver with and without a queue
  --runs <number>           runs of the worker, and calls of each receiver (default: 200)
  --cold-runs <number>      cold calls of each kind by each contestant (default: 20)
  --key-server-ms <number>  what Forge's key server takes to answer a cold call (default: 40)
  --aws-ms <number>         what Secrets Manager takes to answer a cold call (default: 15)
  --json                    print one JSON object in place of the tables
  --help                    show this text`;

class UsageError extends Error {}

function readFlags(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      cold: { type: 'boolean', default: false },
      worker: { type: 'boolean', default: false },
      runs: { type: 'string', default: '200' },
      'cold-runs': { type: 'string', default: '20' },
      'key-server-ms': { type: 'string', default: '40' },
      'aws-ms': { type: 'string', default: '15' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const whole = (name: 'runs' | 'cold-runs' | 'key-server-ms' | 'aws-ms', least: number) => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= least) return value;
    throw new UsageError(`--${name} is ${values[name]}; allowed: a whole number from ${least}`);
  };
  const all = !values.cold && !values.worker;
  return {
    help: values.help,
    json: values.json,
    cold: all || values.cold,
    worker: all || values.worker,
    runs: whole('runs', 1),
    coldOptions: {
      runs: whole('cold-runs', 1),
      keyServerMs: whole('key-server-ms', 0),
      awsMs: whole('aws-ms', 0),
    },
  };
}

async function main(argv: readonly string[]): Promise<void> {
  const flags = readFlags(argv);
  if (flags.help) return console.log(USAGE);
  const { runs } = flags;
  const cold = flags.cold ? await measureCold(flags.coldOptions) : undefined;
  if (cold && !flags.json) console.log(formatCold(cold));
  const worker = flags.worker ? await measureWorker(runs) : undefined;
  const receiver = flags.worker ? await measureReceiver(runs) : undefined;
  if (flags.json) console.log(JSON.stringify({ node: process.version, runs, worker, receiver, cold }));
  else if (worker && receiver) console.log(`${cold ? '\n' : ''}${formatTable(runs, worker, receiver)}`);
  if (receiver) checkCalls(receiver);
}

function checkCalls({ sqsCallsPerAcceptedCall }: ReceiverFigures): void {
  if (sqsCallsPerAcceptedCall === 1) return;
  throw new Error(
    `The receiver made ${sqsCallsPerAcceptedCall} SQS calls for each accepted call; allowed: 1. ` +
      'See lambda/receiver/enqueue.ts; a retry also counts, as on a machine that is too busy.',
  );
}

main(process.argv.slice(2)).catch((error: Error & { code?: string }) => {
  const isUsage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${error.message}\n\n${USAGE}` : error.message);
  process.exitCode = isUsage ? 2 : 1;
});
