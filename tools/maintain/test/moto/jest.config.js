const { testMatch, maxWorkers, ...rest } = require('../../../../jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...rest,
  rootDir: '../../../..',
  testMatch: ['<rootDir>/tools/maintain/test/moto/**/*.moto.ts'],
  // A deployment takes seconds, and more while another one goes on.
  testTimeout: 120_000,
};
