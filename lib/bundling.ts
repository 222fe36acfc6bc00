import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync, type Metafile } from 'esbuild';
import type { SlotService } from '../lambda/contract/slot';

/** The folder of package.json. */
export const PROJECT_ROOT = path.join(__dirname, '..');

/** A function of this project, by its folder in lambda/. */
export type FunctionFolder = 'receiver' | 'worker' | 'monitor' | 'cleanup';

/** The entry point of a function's bundle. */
const entryOf = (folder: FunctionFolder): string => path.join(PROJECT_ROOT, 'lambda', folder, 'index.ts');

/** The file that the Lambda handler `index.handler` is in. */
export const BUNDLE_FILE = 'index.mjs';

const UNUSED_SDK_PART = path.join(PROJECT_ROOT, 'lambda/aws/unused-sdk-part.ts');

/**
 * Packages that are replaced by a small file in every function but the worker. This saves another third of a bundle,
 * and each file says why nothing is missed. esbuild has no other way to leave out a dependency of a dependency.
 */
export const ALIASES = {
  '@aws-sdk/credential-provider-node': path.join(PROJECT_ROOT, 'lambda/aws/environment-credentials.ts'),
  '@smithy/core/checksum': path.join(PROJECT_ROOT, 'lambda/aws/checksums.ts'),
  '@smithy/core/event-streams': UNUSED_SDK_PART,
  bowser: UNUSED_SDK_PART,
  // Maps to itself: the alias of `node:fs` would otherwise apply to its subpaths too.
  'node:fs/promises': 'fs/promises',
  'node:fs': path.join(PROJECT_ROOT, 'lambda/aws/builtin-fs.ts'),
  'node:process': path.join(PROJECT_ROOT, 'lambda/aws/builtin-process.ts'),
};

/**
 * esbuild's options to build a function: {@link BUNDLE_FILE} and the chunks that it imports.
 *
 * @param service the AWS service that stores the slots
 */
export const bundlingOf = (folder: FunctionFolder, service: SlotService = 'secretsmanager') =>
  ({
    entryPoints: { index: entryOf(folder) },
    // The names of chunks depend on file paths. Paths relative to this folder keep the names the same on every machine.
    absWorkingDir: PROJECT_ROOT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    target: 'node24',
    // `import()` becomes a separate file that is read when it is needed, so a refused call never reads the AWS SDK.
    splitting: true,
    // ES modules first: esbuild can drop their unused parts, which is a third of the bundle.
    mainFields: ['module', 'main'],
    // Code that opens slots compares this name with a service, and esbuild drops the other branch. The AWS SDK's client
    // of the other service is then not deployed.
    define: { 'process.env.BUNDLED_FOR': JSON.stringify(service), ...(folder === 'worker' && COMMONJS_NAMES) },
    logLevel: 'warning',
    ...(folder === 'worker' ? FOR_ANY_PACKAGE : FOR_COLD_STARTS),
  }) satisfies BuildOptions;

/** The receiver, the monitor and the cleanup: their imports are known, and each cold start loads every kilobyte. */
const FOR_COLD_STARTS = {
  minify: true,
  alias: ALIASES,
  // The AWS SDK is bundled: it loads faster than the runtime's copy, and it is the version that the tests ran with.
  external: [],
  // No source map: it is several times the size of the code, and Node only reads it when told to.
  sourcemap: false,
  // The build fails if a replacement lacks an export. By default esbuild ignores this for `import * as` in packages.
  logOverride: { 'import-is-undefined': 'error' },
} satisfies BuildOptions;

/** The worker: its job may import any npm package, so no package is replaced. */
const FOR_ANY_PACKAGE = {
  // Names are kept: packages and logs use the names of classes and functions.
  minifyWhitespace: true,
  minifySyntax: true,
  // CommonJS packages call `require`, which ES modules don't have.
  banner: {
    js: "import{createRequire as requireFrom}from'node:module';globalThis.require??=requireFrom(import.meta.url);",
  },
  // Not bundled: see `refuseNativeAddons`.
  external: ['*.node'],
  // Errors name lambda/job.ts and the line. The sources themselves would be several times the size of the code.
  sourcemap: 'linked',
  sourcesContent: false,
} satisfies BuildOptions;

/** Globals that CommonJS packages expect. */
const COMMONJS_NAMES = { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' };

/** The job can't be bundled. The message is for people. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

/**
 * The files of a function's bundle, by name.
 *
 * @throws {BundleError} when a package of the job can't be bundled
 */
export function bundle(folder: FunctionFolder, service: SlotService): Readonly<Record<string, Uint8Array>> {
  // Nothing is written to `outdir`. It makes source maps and errors name files relative to this folder.
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
 * Refuses native addons: npm builds or downloads them for this machine, and Lambda needs another one. A package may try
 * to load an addon if it works without it.
 */
export function refuseNativeAddons({ inputs }: Pick<Metafile, 'inputs'>): void {
  for (const [file, { imports }] of Object.entries(inputs)) {
    const addon = imports.find((imported) => imported.path.endsWith('.node'))?.path;
    if (addon === undefined || isOptional(file, addon)) continue;
    const name = packageOf(file) ?? file;
    throw new BundleError(
      `lambda/job.ts imports ${name}, which has a native addon (${addon}). Native addons can't be bundled. Use a package ` +
        'without native code, or move this work to a function of its own: see docs/own-resources.md.',
    );
  }
}

/** Whether the addon is required inside a `try` block. */
function isOptional(file: string, addon: string): boolean {
  const source = readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
  return /\btry\s*\{[^}]{0,500}$/.test(source.slice(0, source.indexOf(addon)));
}

/** The package of a file in node_modules. */
const packageOf = (file: string): string | undefined =>
  /.*node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\//.exec(file)?.groups?.name;

/**
 * A function's code, bundled at synth. CDK's `NodejsFunction` always asks esbuild for one single file, so it can't
 * produce chunks.
 */
export const codeOf = (folder: FunctionFolder, service: SlotService): Code =>
  Code.fromAsset(PROJECT_ROOT, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK requires an image. It is never pulled, because local bundling always succeeds.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outdir) {
          for (const [name, contents] of Object.entries(bundle(folder, service))) {
            writeFileSync(path.join(outdir, name), contents);
          }
          return true;
        },
      },
      // CDK bundles once for all assets with equal options, and it can't compare functions.
      command: [folder, service],
    },
  });
