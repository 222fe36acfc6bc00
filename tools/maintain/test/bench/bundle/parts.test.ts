import type { Metafile } from 'esbuild';
import { bundlePath } from '../../../../../test/support/bundle';
import { partsOf } from '../../../bench/bundle/parts';

const KB = 1024;

/** A file with modules of so many bytes, 100 of its own, and what it imports. */
function file(modules: Record<string, number>, imports: Metafile['outputs'][string]['imports'] = []) {
  const inputs = Object.fromEntries(Object.entries(modules).map(([name, bytesInOutput]) => [name, { bytesInOutput }]));
  const bytes = 100 + Object.values(modules).reduce((sum, one) => sum + one, 0);
  return { bytes, inputs, imports, exports: [] };
}

test('parts are packages, apart by when they are read, and all of them together are the bundle', () => {
  const outputs = {
    [bundlePath('index.mjs')]: file({ 'lambda/receiver/index.ts': 3 * KB }, [
      { path: bundlePath('chunk.mjs'), kind: 'import-statement' },
      { path: bundlePath('late.mjs'), kind: 'dynamic-import' },
    ]),
    [bundlePath('chunk.mjs')]: file({
      'node_modules/jose/dist/a.js': 2 * KB,
      '../elsewhere/node_modules/jose/dist/b.js': 2 * KB,
      'lambda/forge/verify.ts': 1,
    }),
    [bundlePath('late.mjs')]: file({
      'node_modules/@smithy/core/a.js': KB,
      'node_modules/@smithy/core/node_modules/inner/a.js': 5 * KB,
      'node_modules/small/a.js': KB - 1,
    }),
  };
  expect(partsOf({ inputs: {}, outputs })).toEqual([
    { name: 'inner', moment: 'once a call may be genuine', bytes: 5 * KB },
    { name: 'jose', moment: 'by every call', bytes: 4 * KB },
    { name: 'lambda/', moment: 'by every call', bytes: 3 * KB + 1 },
    { name: 'the rest', moment: 'once a call may be genuine', bytes: KB - 1 + 100 },
    { name: '@smithy/core', moment: 'once a call may be genuine', bytes: KB },
    { name: 'the rest', moment: 'by every call', bytes: 200 },
  ]);
});
