/**
 * npm run bench -- --load: the deployed bundle of the receiver behind a Function URL, under a mix of genuine, duplicate and
 * forged calls, with a key server that is slow. Needs no network.
 */
import { parseArgs } from 'node:util';
import { formatLoad } from './load/format';
import { loadGoals } from './load/goals';
import { type LoadOptions, measureLoad } from './load/measure';
import { type Section, UsageError } from './section';

const USAGE = `Usage: npm run bench -- --load [options]

Puts the receiver under load. Fails when it answers with 5xx, loses a token, or takes a forged call.

  --seconds <number>        how long (default: 60)
  --connections <number>    requests at a time (default: 8)
  --processes <number>      processes of the receiver, where Lambda would start one for each request (default: 4)
  --installations <number>  (default: 100)
  --key-server-ms <number>  what Forge's key server takes to answer (default: 1200)
  --json                    print one JSON object in place of the table
  --help                    show this text`;

const DEFAULTS = { seconds: 60, connections: 8, processes: 4, installations: 100, 'key-server-ms': 1_200 } as const;

function readFlags(argv: readonly string[]): LoadOptions & { readonly json: boolean } {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seconds: option,
      connections: option,
      processes: option,
      installations: option,
      'key-server-ms': option,
      json: { type: 'boolean', default: false },
    },
  });
  const whole = (name: keyof typeof DEFAULTS, least = 1) => {
    const value = Number(values[name] ?? DEFAULTS[name]);
    if (Number.isInteger(value) && value >= least) return value;
    throw new UsageError(`--${name} is ${values[name]}; allowed: a whole number from ${least}`);
  };
  return {
    seconds: whole('seconds'),
    connections: whole('connections'),
    processes: whole('processes'),
    installations: whole('installations'),
    keyServerMs: whole('key-server-ms', 0),
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
