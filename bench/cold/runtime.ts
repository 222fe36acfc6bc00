import { fork, type StdioOptions } from 'node:child_process';
import path from 'node:path';
import { functionEnvironment } from '../../local/function-url/function-config';

/** A function's code, and what it is called with. */
export interface Start {
  /** The folder of its unpacked code. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly awsEndpointUrl: string;
  readonly event: unknown;
}

/** What came of one call in a fresh process. */
export interface Answer {
  /** From the start of the process to the answer, in milliseconds. */
  readonly durationMs: number;
  readonly result: unknown;
}

/** Runs one call in a fresh process, which it ends afterwards. */
export type Runtime = (start: Start) => Promise<Answer>;

const CHILD_SCRIPT = path.join(__dirname, '../../local/function-url/function-child.mjs');

/** Longer than any call may take, in milliseconds. */
const PATIENCE_MS = 60_000;

type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly json: string }
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string };

/**
 * The local runtime, on the Node at `node`.
 *
 * @throws {Error} when the function fails
 */
export const localRuntime =
  (node: string): Runtime =>
  ({ root, environment, awsEndpointUrl, event }) =>
    new Promise((resolve, reject) => {
      const env = functionEnvironment(functionOf(environment), { root, awsEndpointUrl });
      const startedAtMs = performance.now();
      const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', 'ipc'];
      const child = fork(CHILD_SCRIPT, { cwd: root, env, execPath: node, execArgv: [], stdio });
      const timer = setTimeout(() => fail(`no answer in ${PATIENCE_MS} ms`), PATIENCE_MS);
      const end = () => {
        clearTimeout(timer);
        child.kill('SIGKILL');
      };
      const fail = (message: string) => {
        end();
        reject(new Error(`The function in ${root} failed: ${message}. ${errors}`));
      };
      let errors = '';
      child.stderr?.on('data', (chunk) => {
        errors += chunk;
      });
      // A pipe that nobody reads is full one day, and then the function waits.
      child.stdout?.resume();
      child.on('error', ({ message }) => fail(message));
      child.on('exit', (code, signal) => fail(`its process ended with ${signal ?? code}`));
      child.on('message', (message: Message) => {
        if (message.kind === 'ready') {
          child.send({ requestId: 'bench', event, deadlineMs: Date.now() + PATIENCE_MS });
        } else if (message.kind === 'result') {
          const durationMs = performance.now() - startedAtMs;
          end();
          resolve({ durationMs, result: JSON.parse(message.json) });
        } else {
          fail(`${message.errorType}: ${message.errorMessage}`);
        }
      });
    });

const functionOf = (environment: Start['environment']) => ({
  name: 'bench',
  arn: 'arn:aws:lambda:us-east-1:123456789012:function:bench',
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  timeoutSeconds: PATIENCE_MS / 1000,
  memorySizeMb: 512,
  environment,
  logGroupName: '/bench',
  logFormat: 'JSON' as const,
});
