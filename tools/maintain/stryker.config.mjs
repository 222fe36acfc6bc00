/**
 * Mutation tests of what decides who gets in and which token stays: `npm run mutation`.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: [
    'lambda/forge/{verify,claims,key-set,clouds,fetch-keys}.ts',
    'lambda/slots/{slot-writer,secret-slots,release,table-slots}.ts',
    'lambda/contract/slot.ts',
  ],
  testRunner: 'jest',
  jest: {
    config: {
      testMatch: [
        '<rootDir>/test/lambda/{contract/slot,forge/*,slots/{system-token,release,secret-*,slots,slot-writer*,table-s*,lag}}.test.ts',
      ],
      // A mutant that hangs is caught soon; the watch over leaked tokens has its own run.
      testTimeout: 8_000,
      setupFilesAfterEnv: [],
    },
  },
  ignorePatterns: ['/cdk.out', '/.local', '/coverage'],
  plugins: ['@stryker-mutator/jest-runner'],
  // jest compiles with swc. Stryker would rewrite tsconfig.json with an API that TypeScript 7 no longer has.
  tsconfigFile: 'none',
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // A run that is only slow, on a busy machine, must not count as a mutant caught.
  timeoutMS: 20_000,
  tempDirName: '.stryker-tmp',
  cleanTempDir: 'always',
  reporters: ['clear-text', 'html', 'json'],
  thresholds: { high: 95, low: 90, break: 90 },
};
