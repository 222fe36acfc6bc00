/**
 * npm run bench -- --load: the deployed bundle of the receiver behind a Function URL, under a mix of genuine, duplicate and
 * forged calls, with a key server that is slow. Needs no network.
 */
import { parseArgs } from 'node:util';
import { formatLoad } from './load/format';
import { loadGoals } from './load/goals';
import { type LoadOptions, measureLoad } from './load/measure';
import type { Section } from './section';
import { strategyNamed } from './strategy';
import { wholeNumber } from './whole-number';

const USAGE = `Usage: npm run bench -- --load [options]

Puts the receiver under load. Fails when it answers with 5xx, loses a token, or takes a forged call.

  --seconds <number>        how long (default: 120)
  --connections <number>    requests at a time (default: 8)
  --processes <number>      processes of the receiver, where Lambda would start one for each request (default: 4)
  --installations <number>  (default: 100)
  --strategy <strategy>     how slots are kept: perInstallation or dynamodb (default: perInstallation)
  --key-server-ms <number>  what Forge's key server takes to answer (default: 1200)
  --json                    print one JSON object in place of the table
  --help                    show this text`;

function readFlags(argv: readonly string[]): LoadOptions & { readonly json: boolean } {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seconds: { type: 'string', default: '120' },
      connections: { type: 'string', default: '8' },
      processes: { type: 'string', default: '4' },
      installations: { type: 'string', default: '100' },
      strategy: { type: 'string', default: 'perInstallation' },
      'key-server-ms': { type: 'string', default: '1200' },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    seconds: wholeNumber('seconds', values.seconds, 1),
    connections: wholeNumber('connections', values.connections, 1),
    processes: wholeNumber('processes', values.processes, 1),
    installations: wholeNumber('installations', values.installations, 1),
    strategy: strategyNamed(values.strategy),
    keyServerMs: wholeNumber('key-server-ms', values['key-server-ms'], 0),
    json: values.json,
  };
}

async function run(argv: readonly string[]): Promise<void> {
  const { json, ...options } = readFlags(argv);
  const figures = await measureLoad(options);
  const goals = loadGoals(figures);
  console.log(json ? JSON.stringify({ node: process.version, options, figures, goals }) : formatLoad(options, figures));
  const missed = goals.filter(({ met }) => !met);
  if (missed.length > 0) throw new Error(`Not met: ${missed.map(({ what }) => what).join('; ')}.`);
}

export const load: Section = { usage: USAGE, run };
