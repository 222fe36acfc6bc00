import { strToU8, zipSync } from 'fflate';
import { runLocal } from '../../../../test/support/run-local';
import { startFunction } from '../../../emulator/function-url/function-process';
import { installRic, NODE_VERSION } from '../../../emulator/function-url/ric/install-ric';
import { ricRuntime } from '../../../emulator/function-url/ric/ric-runtime';
import type { Runtime } from '../../../emulator/function-url/runtime';
import { CONFIG, functionContract } from '../../../emulator/test/function-url/function-contract';
import { RUNTIME_FOLDER } from './runtime-folder';

let runtime: Runtime;
beforeAll(async () => {
  runtime = ricRuntime(await installRic({ folder: RUNTIME_FOLDER }));
});

functionContract(() => runtime);

test('it is the Node that the functions are deployed for, and the context is that of Lambda', async () => {
  const code = `export const handler = async (event, { invokedFunctionArn, functionName, awsRequestId }) =>
    ({ node: process.version, invokedFunctionArn, functionName, awsRequestId });`;
  const started = await startFunction({
    zip: zipSync({ 'index.mjs': strToU8(code) }),
    config: CONFIG,
    awsEndpointUrl: 'http://127.0.0.1:1',
    runtime,
  });
  expect(await started.invoke({}).finally(started.stop)).toEqual({
    node: `v${NODE_VERSION}`,
    invokedFunctionArn: CONFIG.arn,
    functionName: CONFIG.name,
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test('npm run local -- --runtime ric goes the whole path', async () => {
  const { exited, output } = runLocal('--runtime', 'ric');
  expect(await exited).toBe(0);
  expect(output.stderr).toBe('');
  for (const said of ['runtime interface client', 'system token stored', 'lambda/job.ts', 'signature-invalid']) {
    expect(output.stdout).toContain(said);
  }
});
