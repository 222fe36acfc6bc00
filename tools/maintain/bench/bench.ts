/**
 * npm run bench: measures what this project says of speed, memory, size and cost. The first argument chooses a section,
 * each with options of its own.
 */
import { runSection, type Section } from './section';

/** Each is loaded when it is asked for: the simulation's picture alone brings more along than all else. */
const SECTIONS: Readonly<Record<string, () => Promise<Section>>> = {
  '--cold': async () => (await import('./cold')).cold,
  '--bundle': async () => (await import('./bundle')).bundle,
  '--worker': async () => (await import('./worker')).worker,
  '--monitor': async () => (await import('./monitor')).monitor,
  '--scale': async () => (await import('./scale')).scale,
  '--load': async () => (await import('./load')).load,
};

const USAGE = `Usage: npm run bench -- [section [options]]

Runs one section or, without any, all of them, one after the other.

  --cold     a cold start of the receiver, beside the least that can be done and others' ways of doing the same
  --bundle   what the receiver's bundle is made of
  --worker   the worker's memory and time, and what queueing a job costs the receiver
  --monitor  a run of the monitor over many slots
  --scale    a simulated day of small and large fleets
  --load     the receiver under load

  --json     print one JSON object for each section in place of tables
  --help     show this text; after a section, its options`;

async function main([first, ...rest]: readonly string[]): Promise<number> {
  const chosen = SECTIONS[first ?? ''];
  if (chosen) return runSection(await chosen(), rest);
  if (first === '--help' || first === '-h') {
    console.log(USAGE);
    return 0;
  }
  if (rest.length > 0 || (first !== undefined && first !== '--json')) {
    console.error(`The first argument is ${first}; allowed: a section, or --json alone\n\n${USAGE}`);
    return 2;
  }
  return runAll(first === undefined ? [] : [first]);
}

/** @returns the worst of their exit statuses */
async function runAll(argv: readonly string[]): Promise<number> {
  let worst = 0;
  for (const [name, load] of Object.entries(SECTIONS)) {
    if (argv.length === 0) console.log(`\n## ${name}\n`);
    worst = Math.max(worst, await runSection(await load(), argv));
  }
  return worst;
}

main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
