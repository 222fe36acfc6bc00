/**
 * npm run bench -- --worker: what the worker costs, in memory and time, and what the receiver's message to it adds to a call. Runs
 * the deployed bundles in processes of their own, against the emulated AWS, Forge and Atlassian. Needs no network.
 */
import { parseArgs } from 'node:util';
import { measureReceiver } from './receiver-runs';
import type { Section } from './section';
import { formatTable } from './table';
import { wholeNumber } from './whole-number';
import { measureWorker } from './worker-runs';

const USAGE = `Usage: npm run bench -- --worker [options]

Measures the worker, and the receiver with and without a queue, on the bundles that are deployed.

  --runs <number>  runs of the worker, and calls of each receiver (default: 200)
  --json           print one JSON object in place of the table
  --help           show this text`;

function readFlags(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      runs: { type: 'string', default: '200' },
      json: { type: 'boolean', default: false },
    },
  });
  return { ...values, runs: wholeNumber('runs', values.runs, 1) };
}

async function run(argv: readonly string[]): Promise<void> {
  const { runs, json } = readFlags(argv);
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

export const worker: Section = { usage: USAGE, run };
