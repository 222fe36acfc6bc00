import path from 'node:path';
import { type BundlingOptions, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/** Where package.json is. */
export const PROJECT_ROOT = path.join(__dirname, '..');

/** How each function becomes one file. */
export const BUNDLING: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  minify: true,
  // The packages' ES modules first: esbuild can drop what isn't used from them, a third of the bundle.
  mainFields: ['module', 'main'],
  // The AWS SDK goes inside: it loads faster than the runtime's own, and it is the version that was tested.
  externalModules: [],
  // No source map: Node would have to be told to load it, and it is several times the size of the code.
  sourceMap: false,
  esbuildArgs: {
    // Whatever imports the package on the left gets the file on the right: another third of the bundle, which there
    // says why it is not needed. esbuild has no shorter way to leave out a dependency of a dependency.
    '--alias': [`@aws-sdk/credential-provider-node=${path.join(PROJECT_ROOT, 'lambda/aws/environment-credentials.ts')}`],
  },
};
