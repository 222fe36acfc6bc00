import path from 'node:path';
import { build } from 'esbuild';
import { ALIASES, bundlingOf, type FunctionFolder, PROJECT_ROOT } from '../../../../lib/bundling';
import { bundleFunction } from '../../../../test/support/bundle';

const UNUSED_SDK_PART = 'lambda/aws/unused-sdk-part.ts';
/** Stand-ins that hold what is imported from them, by what they stand for. */
const FILLED = Object.entries(ALIASES)
  .filter(([, file]) => path.isAbsolute(file))
  .map(([name, file]) => [name, path.relative(PROJECT_ROOT, file)] as const)
  .filter(([, file]) => file !== UNUSED_SDK_PART);

const lacking = FILLED.flatMap(([name]) => [
  [`import { somethingMore } from '${name}'; console.log(somethingMore);`],
  [`import * as all from '${name}'; console.log(all.somethingMore);`],
]);

test.each(lacking)('a build ends at a name that a stand-in lacks: %s', async (contents) => {
  const { entryPoints: _, ...options } = bundlingOf('receiver');
  // As if a package of the SDK said it, where esbuild is silent about `import * as`.
  const stdin = { contents, resolveDir: path.join(PROJECT_ROOT, 'node_modules/@smithy/core'), sourcefile: 'sdk.js' };
  const built = build({ ...options, stdin, outdir: 'unused', write: false, logLevel: 'silent' });
  await expect(built).rejects.toThrow(/no matching export/i);
});

test.each(['receiver', 'monitor', 'cleanup'] satisfies FunctionFolder[])(
  'the %s imports no stand-in with `import()`, whose names are looked up too late',
  async (folder) => {
    const { metafile } = await bundleFunction(folder);
    const files = FILLED.map(([, file]) => file);
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    expect(imports.filter((imported) => files.includes(imported.path) && imported.kind === 'dynamic-import')).toEqual(
      [],
    );
    expect(imports.filter((imported) => files.includes(imported.path))).not.toEqual([]);
  },
  60_000,
);
