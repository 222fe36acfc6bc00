import path from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { bundlingOf, PROJECT_ROOT } from '../../../../lib/bundling';

/**
 * Who does the same job: ours, the least that can be done, and the two usual ways. Those that swap keep the newest token by
 * compare-and-swap, as ours does; the others write over whatever is there.
 */
export const CONTESTANTS = [
  'floor',
  'floor, swaps',
  'ours',
  'aws-jwt-verify',
  'aws-jwt-verify, swaps',
  'jsonwebtoken',
  'jsonwebtoken, swaps',
] as const;
export type Contestant = (typeof CONTESTANTS)[number];

/** Those that do what ours does, of which the best is taken. */
export const PEERS = ['aws-jwt-verify, swaps', 'jsonwebtoken, swaps'] as const satisfies readonly Contestant[];

/** One value for each contestant. */
export const forEachContestant = <Value>(
  value: (contestant: Contestant) => Value,
): Readonly<Record<Contestant, Value>> =>
  Object.fromEntries(CONTESTANTS.map((contestant) => [contestant, value(contestant)])) as Record<Contestant, Value>;

/**
 * How the others are bundled: one file, minified, the packages' ES modules first, the SDK inside; nothing of them is
 * replaced. CommonJS, because jsonwebtoken needs `require`.
 */
const USUAL = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  minify: true,
  mainFields: ['module', 'main'],
  absWorkingDir: PROJECT_ROOT,
  logLevel: 'error',
} satisfies BuildOptions;

/** Bundles all of them, each into its own folder in `folder`, as code that Lambda would run. */
export function bundleContestants(folder: string): Readonly<Record<Contestant, string>> {
  const folderOf = (contestant: Contestant) => path.join(folder, contestant.replace(', ', '-'));
  buildSync({ ...bundlingOf('receiver'), outdir: folderOf('ours') });
  for (const contestant of CONTESTANTS) {
    if (contestant === 'ours') continue;
    const [name, swaps] = contestant.split(', ');
    const entry = path.join(PROJECT_ROOT, 'tools/maintain/bench/contestants', `${name}.ts`);
    const define = { 'process.env.SWAPS': JSON.stringify(swaps === undefined ? 'no' : 'yes') };
    buildSync({ ...USUAL, define, entryPoints: [entry], outfile: path.join(folderOf(contestant), 'index.cjs') });
  }
  return forEachContestant(folderOf);
}

/** Bundles the warm comparison beside ours. @returns its folder */
export function bundleWarm(folder: string): string {
  const outdir = path.join(folder, 'warm');
  buildSync({ ...bundlingOf('receiver'), entryNames: 'receiver', outdir });
  const entry = path.join(PROJECT_ROOT, 'tools/maintain/bench/contestants/warm.ts');
  buildSync({ ...bundlingOf('receiver'), entryPoints: { index: entry }, external: ['./receiver.mjs'], outdir });
  return outdir;
}
