/**
 * npm run bench: measures what this project says of speed, memory, size and cost. The first argument chooses a section,
 * each with options of its own.
 */
import { runSection, type Section } from './section';

/** Each is loaded when it is asked for: the simulation's picture alone brings more along than all else. */
const SECTIONS: Readonly<Record<string, () => Promise<Section>>> = {
  '--worker': async () => (await import('./worker')).worker,
  '--scale': async () => (await import('./scale')).scale,
  '--load': async () => (await import('./load')).load,
};

const [first = '', ...rest] = process.argv.slice(2);
const chosen = SECTIONS[first];

async function main(): Promise<number> {
  if (chosen) return runSection(await chosen(), rest);
  return runSection((await import('./worker')).worker, process.argv.slice(2));
}

main().then((status) => {
  process.exitCode = status;
});
