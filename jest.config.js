/** @type {import('jest').Config} */
module.exports = {
  // Every core: much of the time goes by in child processes.
  maxWorkers: '100%',
  // Nothing here takes as long on a quiet machine; on a busy one, a slow test is not a broken one.
  testTimeout: 120_000,
  // Workers end by themselves, on a busy machine as well.
  workerGracefulExitTimeout: 10_000,
  // What holds in any fork, and the fork's own. `npm run test:all` has the tests of tools/.
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp'],
  globalSetup: '<rootDir>/test/support/make-signing-keys.js',
  setupFiles: ['<rootDir>/test/support/before-each-file.js'],
  // Fails every test file that logs, or makes an error with, a token that it used.
  setupFilesAfterEnv: ['<rootDir>/test/secrets/watch-suite.ts'],
  transform: {
    '\\.[jt]s$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // jose is published as ES modules only, and jest runs CommonJS.
  transformIgnorePatterns: ['node_modules/(?!jose/)'],
};
