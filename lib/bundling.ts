import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync, type Metafile } from 'esbuild';
import type { SlotService } from '../lambda/contract/slot';

/** Where package.json is. */
export const PROJECT_ROOT = path.join(__dirname, '..');

/** A function of this project, by its folder in lambda/. */
export type FunctionFolder = 'receiver' | 'worker' | 'monitor' | 'cleanup';

/** The file that a function's bundle starts from. */
const entryOf = (folder: FunctionFolder): string => path.join(PROJECT_ROOT, 'lambda', folder, 'index.ts');

/** The file that the Lambda handler `index.handler` leads to. */
export const BUNDLE_FILE = 'index.mjs';

const UNUSED_SDK_PART = path.join(PROJECT_ROOT, 'lambda/aws/unused-sdk-part.ts');

/**
 * Packages that have a stand-in in the functions without the team's job: whatever imports one gets the file instead. This
 * takes another third off a bundle, and the file says why nothing is missed. esbuild has no other way to leave out a dependency of a dependency.
 */
export const ALIASES = {
  '@aws-sdk/credential-provider-node': path.join(PROJECT_ROOT, 'lambda/aws/environment-credentials.ts'),
  '@smithy/core/checksum': path.join(PROJECT_ROOT, 'lambda/aws/checksums.ts'),
  '@smithy/core/event-streams': UNUSED_SDK_PART,
  bowser: UNUSED_SDK_PART,
  // Itself: an alias counts for what is below it, too, unless that has one of its own.
  'node:fs/promises': 'fs/promises',
  'node:fs': path.join(PROJECT_ROOT, 'lambda/aws/builtin-fs.ts'),
  'node:process': path.join(PROJECT_ROOT, 'lambda/aws/builtin-process.ts'),
};

/**
 * How a function becomes {@link BUNDLE_FILE} and the chunks that it imports.
 *
 * @param service where the slots are that it works with
 */
export const bundlingOf = (folder: FunctionFolder, service: SlotService = 'secretsmanager') =>
  ({
    entryPoints: { index: entryOf(folder) },
    // Chunks are named after what is in them, as seen from here: the same wherever the build is started.
    absWorkingDir: PROJECT_ROOT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    target: 'node24',
    // What is imported with `import()` becomes a file of its own, which is read when it is needed: the AWS SDK is not
    // even read, let alone run, by a call that is refused.
    splitting: true,
    // The packages' ES modules first: esbuild can drop what isn't used from them, a third of the bundle.
    mainFields: ['module', 'main'],
    // Code that opens slots compares this name with a service, and esbuild drops the branch that can't be taken: the AWS
    // SDK's client for the other service is not deployed, and takes no part in a shared chunk.
    define: { 'process.env.BUNDLED_FOR': JSON.stringify(service), ...(folder === 'worker' && COMMONJS_NAMES) },
    logLevel: 'warning',
    ...(folder === 'worker' ? FOR_ANY_PACKAGE : FOR_COLD_STARTS),
  }) satisfies BuildOptions;

/** The receiver, the monitor and the cleanup: what they import is known, and every kilobyte is loaded at a cold start. */
const FOR_COLD_STARTS = {
  minify: true,
  alias: ALIASES,
  // The AWS SDK goes inside: it loads faster than the runtime's own, and it is the version that was tested.
  external: [],
  // No source map: Node would have to be told to load it, and it is several times the size of the code.
  sourcemap: false,
  // A name that a stand-in lacks ends the build. esbuild by itself passes over `import * as` in packages.
  logOverride: { 'import-is-undefined': 'error' },
} satisfies BuildOptions;

/** The worker: it has the team's job in it, which may import any package of npm, so nothing has a stand-in. */
const FOR_ANY_PACKAGE = {
  // Names stay: packages and logs go by the names of classes and functions.
  minifyWhitespace: true,
  minifySyntax: true,
  // Packages in CommonJS call `require`, which a module of Node doesn't have.
  banner: {
    js: "import{createRequire as requireFrom}from'node:module';globalThis.require??=requireFrom(import.meta.url);",
  },
  // Not bundled: see `refuseNativeAddons`.
  external: ['*.node'],
  // Errors name lambda/job.ts and its line. Without the sources, which are several times as large.
  sourcemap: 'linked',
  sourcesContent: false,
} satisfies BuildOptions;

/** Names that packages in CommonJS expect. */
const COMMONJS_NAMES = { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' };

/** A job that can't be bundled, for a person to read. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

/**
 * The files of a function, by name.
 *
 * @throws {BundleError} when a package of the job can't be bundled
 */
export function bundle(folder: FunctionFolder, service: SlotService): Readonly<Record<string, Uint8Array>> {
  // Nothing is written here. Source maps and errors name files as seen from this folder.
  const { outputFiles, metafile } = buildSync({
    ...bundlingOf(folder, service),
    outdir: PROJECT_ROOT,
    metafile: true,
    write: false,
  });
  refuseNativeAddons(metafile);
  return Object.fromEntries(outputFiles.map(({ path: file, contents }) => [path.basename(file), contents]));
}

/**
 * A native addon is a program for one kind of machine, which npm made or chose for this one. Packages that try one and
 * can do without are fine.
 */
export function refuseNativeAddons({ inputs }: Pick<Metafile, 'inputs'>): void {
  for (const [file, { imports }] of Object.entries(inputs)) {
    const addon = imports.find((imported) => imported.path.endsWith('.node'))?.path;
    if (addon === undefined || isTried(file, addon)) continue;
    const name = packageOf(file) ?? file;
    throw new BundleError(
      `lambda/job.ts imports ${name}, which has a native addon (${addon}), and that can't be bundled. Use a package ` +
        'without native code, or move this work to a function of its own: see docs/own-resources.md.',
    );
  }
}

/** Whether `require` of the addon stands in a `try`. */
function isTried(file: string, addon: string): boolean {
  const source = readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
  return /\btry\s*\{[^}]{0,500}$/.test(source.slice(0, source.indexOf(addon)));
}

/** The package that a file in node_modules belongs to. */
const packageOf = (file: string): string | undefined =>
  /.*node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\//.exec(file)?.groups?.name;

/**
 * A function's code, bundled when the stack is synthesized. CDK's own bundling, `NodejsFunction`, asks esbuild for one
 * file and can't be told otherwise, which leaves no room for chunks.
 */
export const codeOf = (folder: FunctionFolder, service: SlotService): Code =>
  Code.fromAsset(PROJECT_ROOT, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled, since bundling here always works.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outdir) {
          for (const [name, contents] of Object.entries(bundle(folder, service))) {
            writeFileSync(path.join(outdir, name), contents);
          }
          return true;
        },
      },
      // CDK bundles once for all assets whose options read alike, and functions don't show in them.
      command: [folder, service],
    },
  });
