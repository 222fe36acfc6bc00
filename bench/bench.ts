/**
 * npm run bench: what the worker costs, in memory and time, and what the receiver's message to it adds to a call. Runs
 * the deployed bundles in processes of their own, against the emulated AWS, Forge and Atlassian. Needs no network.
 */
import { parseArgs } from 'node:util';
import { measureReceiver } from './receiver-runs';
import { formatTable } from './table';
import { measureWorker } from './worker-runs';

const USAGE = `Usage: npm run bench -- [options]

Measures the worker, and the receiver with and without a queue, on the bundles that are deployed.

  --runs <number>  runs of the worker, and calls of each receiver (default: 200)
  --json           print one JSON object in place of the table
  --help           show this text`;

class UsageError extends Error {}

function readFlags(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      runs: { type: 'string', default: '200' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new UsageError(`--runs is ${values.runs}; allowed: a number from 1`);
  return { ...values, runs };
}

async function main(argv: readonly string[]): Promise<void> {
  const { runs, json, help } = readFlags(argv);
  if (help) return console.log(USAGE);
  const worker = await measureWorker(runs);
  const receiver = await measureReceiver(runs);
  console.log(
    json ? JSON.stringify({ node: process.version, runs, worker, receiver }) : formatTable(runs, worker, receiver),
  );
  if (receiver.sqsCallsPerAcceptedCall !== 1) {
    throw new Error(
      `The receiver made ${receiver.sqsCallsPerAcceptedCall} SQS calls for each accepted call; allowed: 1. ` +
        'See lambda/receiver/enqueue.ts; a retry also counts, as on a machine that is too busy.',
    );
  }
}

main(process.argv.slice(2)).catch((error: Error & { code?: string }) => {
  const isUsage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${error.message}\n\n${USAGE}` : error.message);
  process.exitCode = isUsage ? 2 : 1;
});
