/**
 * npm run test:ric: the tests of a function's process, and the whole local run, under AWS's own runtime interface client.
 * Arguments go to jest.
 */
import { spawnSync } from 'node:child_process';
import { installRic, NODE_VERSION, RIC_VERSION } from '../../../emulator/function-url/ric/install-ric';
import { RUNTIME_FOLDER } from './runtime-folder';

async function main(): Promise<number> {
  const startedAt = performance.now();
  try {
    await installRic({ folder: RUNTIME_FOLDER, onInstall: console.log });
  } catch (error) {
    // A machine without a network, or without such a Node, has every other test.
    console.log(`not run: ${error instanceof Error ? error.message : error}`);
    return 0;
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`aws-lambda-ric ${RIC_VERSION}, Node ${NODE_VERSION}, there after ${seconds} s`);
  const jest = [require.resolve('jest/bin/jest'), '--config', `${__dirname}/jest.config.js`, ...process.argv.slice(2)];
  return spawnSync(process.execPath, jest, { stdio: 'inherit' }).status ?? 1;
}

main().then((status) => {
  process.exitCode = status;
});
