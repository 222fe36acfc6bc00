// Runs a Lambda function's code like Lambda's Node runtime. It is plain JavaScript, because its process has only Node and the
// function.
//
// From the parent: { requestId, event, deadlineMs }, one at a time.
// To the parent: { kind: 'ready' }, { kind: 'result', json } or { kind: 'error', errorType, errorMessage }.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const { env } = process;
let requestId = '';

class RuntimeError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

async function loadHandler() {
  const [, file, exported] = /^(.+)\.([^./]+)$/.exec(env._HANDLER) ?? [];
  const path = ['.js', '.mjs', '.cjs'].map((ending) => join(env.LAMBDA_TASK_ROOT, file + ending)).find(existsSync);
  if (!path) throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  const module = await import(pathToFileURL(path));
  const handler = module[exported] ?? module.default?.[exported];
  if (typeof handler === 'function') return handler;
  throw new RuntimeError('Runtime.HandlerNotFound', `${env._HANDLER} is undefined or not exported`);
}

const contextOf = (deadlineMs) => ({
  awsRequestId: requestId,
  callbackWaitsForEmptyEventLoop: true,
  functionName: env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
  getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
  memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
});

async function run(handler, { event, deadlineMs }) {
  try {
    const result = await handler(event, contextOf(deadlineMs));
    return { kind: 'result', json: JSON.stringify(result ?? null) };
  } catch (error) {
    console.error(error);
    return failure(error);
  }
}

function failure(error) {
  const isError = error instanceof Error;
  return {
    kind: 'error',
    errorType: isError ? error.name : typeof error,
    errorMessage: String(isError ? error.message : error),
  };
}

// Like Lambda's runtime, rewrites lines that go through console.
for (const method of ['debug', 'error', 'info', 'log', 'trace', 'warn']) {
  console[method] = (...values) => {
    const level = method === 'log' ? 'INFO' : method.toUpperCase();
    const timestamp = new Date().toISOString();
    const message = format(...values);
    const line =
      env.AWS_LAMBDA_LOG_FORMAT === 'JSON'
        ? JSON.stringify({ timestamp, level, requestId, message })
        : `${timestamp}\t${requestId}\t${level}\t${message.replaceAll('\n', '\r')}`;
    process.stdout.write(`${line}\n`);
  };
}

// Ends with the parent.
process.on('disconnect', () => process.exit());

try {
  const handler = await loadHandler();
  process.on('message', async (invocation) => {
    requestId = invocation.requestId;
    const outcome = await run(handler, invocation);
    // The parent waits for this line, so that it has the whole log before the result.
    process.stdout.write(`END RequestId: ${requestId}\n`);
    process.send(outcome);
  });
  process.send({ kind: 'ready' });
} catch (error) {
  console.error(error);
  process.send(failure(error), () => process.exit(1));
}
