import path from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';
import type { SlotService } from '../lambda/contract/slot-location';

/** Where package.json is. */
export const PROJECT_ROOT = path.join(__dirname, '..');

/** A function of this project, by its folder in lambda/. */
export type FunctionFolder = 'receiver' | 'worker' | 'monitor' | 'cleanup';

/** The file that a function's bundle starts from. */
const entryOf = (folder: FunctionFolder): string => path.join(PROJECT_ROOT, 'lambda', folder, 'index.ts');

/** The file that the Lambda handler `index.handler` leads to. */
export const BUNDLE_FILE = 'index.mjs';

const LEFT_OUT = path.join(PROJECT_ROOT, 'lambda/aws/left-out.ts');

/**
 * Packages that have a stand-in: whatever imports one gets the file instead. This takes another third off a bundle, and
 * the file says why nothing is missed. esbuild has no other way to leave out a dependency of a dependency.
 */
export const ALIASES = {
  '@aws-sdk/credential-provider-node': path.join(PROJECT_ROOT, 'lambda/aws/environment-credentials.ts'),
  '@smithy/core/checksum': path.join(PROJECT_ROOT, 'lambda/aws/checksums.ts'),
  '@smithy/core/event-streams': LEFT_OUT,
  bowser: LEFT_OUT,
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
    minify: true,
    // What is imported with `import()` becomes a file of its own, which is read when it is needed: the AWS SDK is not
    // even read, let alone run, by a call that is refused.
    splitting: true,
    // The packages' ES modules first: esbuild can drop what isn't used from them, a third of the bundle.
    mainFields: ['module', 'main'],
    alias: ALIASES,
    // Whoever opens slots asks by this name which service they are in, and esbuild drops what is behind the answer "no":
    // the AWS SDK's client for the other service is not even deployed, and has no part in a chunk that both would share.
    define: { 'process.env.BUNDLED_FOR': JSON.stringify(service) },
    // The AWS SDK goes inside: it loads faster than the runtime's own, and it is the version that was tested.
    external: [],
    // No source map: Node would have to be told to load it, and it is several times the size of the code.
    sourcemap: false,
    // A name that a stand-in lacks ends the build. esbuild by itself passes over `import * as` in packages.
    logOverride: { 'import-is-undefined': 'error' },
    logLevel: 'warning',
  }) satisfies BuildOptions;

/**
 * A function's code, bundled when the stack is synthesized. CDK's own bundling, `NodejsFunction`, asks esbuild for one
 * file and can't be told otherwise, which leaves no room for chunks.
 */
export const codeOf = (folder: FunctionFolder, service: SlotService): Code =>
  Code.fromAsset(PROJECT_ROOT, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: what follows always works.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outdir) {
          buildSync({ ...bundlingOf(folder, service), outdir });
          return true;
        },
      },
      // CDK bundles once for all assets whose options read alike, and functions don't show in them.
      command: [folder, service],
    },
  });
