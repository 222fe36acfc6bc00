import { strToU8, zipSync } from 'fflate';
import { startFunction } from '../../function-url/function-process';
import { ownRuntime } from '../../function-url/own-runtime';
import { CONFIG, functionContract } from './function-contract';

functionContract(() => ownRuntime);

/** What the process has of its environment. */
async function keys(): Promise<unknown> {
  const started = await startFunction({
    zip: zipSync({ 'index.mjs': strToU8('export const handler = () => Object.keys(process.env).sort();') }),
    config: CONFIG,
    awsEndpointUrl: 'http://127.0.0.1:1',
  });
  return await started.invoke({}).finally(started.stop);
}

test('has the environment of Lambda and nothing of its parent', async () => {
  expect(await keys()).toEqual([
    'AWS_ACCESS_KEY_ID',
    'AWS_DEFAULT_REGION',
    'AWS_ENDPOINT_URL',
    'AWS_EXECUTION_ENV',
    'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
    'AWS_LAMBDA_FUNCTION_NAME',
    'AWS_LAMBDA_FUNCTION_VERSION',
    'AWS_LAMBDA_INITIALIZATION_TYPE',
    'AWS_LAMBDA_LOG_FORMAT',
    'AWS_LAMBDA_LOG_GROUP_NAME',
    'AWS_LAMBDA_LOG_STREAM_NAME',
    'AWS_REGION',
    'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'LAMBDA_RUNTIME_DIR',
    'LAMBDA_TASK_ROOT',
    'LANG',
    'MINE',
    'PATH',
    'TZ',
    '_HANDLER',
  ]);
});

test('what runs the code may fail to start, which is an error that says why', async () => {
  const runtime = () => Promise.reject(new Error('no such program'));
  const zip = zipSync({ 'index.mjs': strToU8('') });
  const started = startFunction({ zip, config: CONFIG, awsEndpointUrl: 'http://127.0.0.1:1', runtime });
  await expect(started).rejects.toMatchObject({ errorType: 'Runtime.StartError', message: 'no such program' });
});
