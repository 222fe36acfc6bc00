/**
 * npm run bench -- --cold: what a cold start takes, ours and others'. Runs the deployed bundle under AWS's runtime interface
 * client, against an emulated Forge and AWS. Needs no network, but for the runtime the first time.
 */
import { parseArgs } from 'node:util';
import { formatCold } from './cold/format';
import { type ColdOptions, measureCold } from './cold/measure';
import type { Section } from './section';
import { wholeNumber } from './whole-number';

const USAGE = `Usage: npm run bench -- --cold [options]

Measures from the start of a process to its answer: the deployed receiver, a handler that does the least that can be
done, and two usual ways of doing the same. Then calls of a warm receiver, and the bundle's size. Shows which goals are
met, and exits with 0 either way.

  --runs <number>           cold calls of each kind by each of them (default: 20)
  --key-server-ms <number>  what Forge's key server takes to answer (default: 40)
  --aws-ms <number>         what Secrets Manager takes to answer (default: 15)
  --json                    print one JSON object in place of the table
  --help                    show this text`;

function readFlags(argv: readonly string[]): ColdOptions & { readonly json: boolean } {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      runs: { type: 'string', default: '20' },
      'key-server-ms': { type: 'string', default: '40' },
      'aws-ms': { type: 'string', default: '15' },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    runs: wholeNumber('runs', values.runs, 1),
    keyServerMs: wholeNumber('key-server-ms', values['key-server-ms'], 0),
    awsMs: wholeNumber('aws-ms', values['aws-ms'], 0),
    json: values.json,
  };
}

async function run(argv: readonly string[]): Promise<void> {
  const { json, ...options } = readFlags(argv);
  const figures = await measureCold(options);
  console.log(json ? JSON.stringify(figures) : formatCold(figures));
}

export const cold: Section = { usage: USAGE, run };
