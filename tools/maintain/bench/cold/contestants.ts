import path from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { bundlingOf, PROJECT_ROOT } from '../../../../lib/bundling';

/** Who does the same job: ours, the least that can be done, and the two usual ways. */
export const CONTESTANTS = ['floor', 'ours', 'aws-jwt-verify', 'jsonwebtoken'] as const;
export type Contestant = (typeof CONTESTANTS)[number];

/** Those that the best is taken of. */
export const PEERS = ['aws-jwt-verify', 'jsonwebtoken'] as const satisfies readonly Contestant[];

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
  const folderOf = (contestant: Contestant) => path.join(folder, contestant);
  buildSync({ ...bundlingOf('receiver'), outdir: folderOf('ours') });
  for (const contestant of CONTESTANTS) {
    if (contestant === 'ours') continue;
    const entry = path.join(PROJECT_ROOT, 'tools/maintain/bench/contestants', `${contestant}.ts`);
    buildSync({ ...USUAL, entryPoints: [entry], outfile: path.join(folderOf(contestant), 'index.cjs') });
  }
  return {
    floor: folderOf('floor'),
    ours: folderOf('ours'),
    'aws-jwt-verify': folderOf('aws-jwt-verify'),
    jsonwebtoken: folderOf('jsonwebtoken'),
  };
}

/** Bundles the warm comparison beside ours. @returns its folder */
export function bundleWarm(folder: string): string {
  const outdir = path.join(folder, 'warm');
  buildSync({ ...bundlingOf('receiver'), entryNames: 'receiver', outdir });
  const entry = path.join(PROJECT_ROOT, 'tools/maintain/bench/contestants/warm.ts');
  buildSync({ ...bundlingOf('receiver'), entryPoints: { index: entry }, external: ['./receiver.mjs'], outdir });
  return outdir;
}
