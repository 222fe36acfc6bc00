const { testMatch, maxWorkers, ...rest } = require('../../../../jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...rest,
  rootDir: '../../../..',
  testMatch: ['<rootDir>/tools/maintain/test/aws/**/*.aws.ts'],
  // One after the other: they deploy a stack of the same name into the same account.
  maxWorkers: 1,
  // A deployment takes seconds, and minutes where functions are built into containers.
  testTimeout: 600_000,
};
