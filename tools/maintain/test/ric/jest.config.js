const { testMatch, ...rest } = require('../../../../jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...rest,
  rootDir: '../../../..',
  testMatch: ['<rootDir>/tools/maintain/test/ric/**/*.ric.ts'],
  testTimeout: 60_000,
};
