import path from 'node:path';
import { type BundlingOptions, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { SlotService } from '../lambda/contract/slot-location';

/** Where package.json is. */
export const PROJECT_ROOT = path.join(__dirname, '..');

/** A function of this project, by its folder in lambda/. */
export type FunctionFolder = 'receiver' | 'worker' | 'monitor' | 'cleanup';

/** The file that a function's bundle starts from. */
export const entryOf = (folder: FunctionFolder): string => path.join(PROJECT_ROOT, 'lambda', folder, 'index.ts');

/**
 * Packages that have a stand-in: whatever imports one gets the file instead. This takes another third off a bundle, and
 * the file says why nothing is missed. esbuild has no other way to leave out a dependency of a dependency.
 */
export const ALIASES = {
  '@aws-sdk/credential-provider-node': path.join(PROJECT_ROOT, 'lambda/aws/environment-credentials.ts'),
};

/**
 * What stands for `process.env.BUNDLED_FOR` in a bundle. Whoever opens slots asks by it which service they are in, and
 * esbuild drops what is behind the answer "no": the AWS SDK's client for the other service is not even deployed.
 */
export const defineService = (service: SlotService): Record<string, string> => ({
  'process.env.BUNDLED_FOR': JSON.stringify(service),
});

/** How each function becomes one file. */
export const BUNDLING = {
  format: OutputFormat.ESM,
  target: 'node24',
  minify: true,
  // The packages' ES modules first: esbuild can drop what isn't used from them, a third of the bundle.
  mainFields: ['module', 'main'],
  // The AWS SDK goes inside: it loads faster than the runtime's own, and it is the version that was tested.
  externalModules: [],
  // No source map: Node would have to be told to load it, and it is several times the size of the code.
  sourceMap: false,
  esbuildArgs: { '--alias': Object.entries(ALIASES).map(([name, file]) => `${name}=${file}`) },
} satisfies BundlingOptions;
