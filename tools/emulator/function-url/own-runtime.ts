import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Outcome, Runtime } from './runtime';

const CHILD_SCRIPT = join(__dirname, 'function-child.mjs');

/** Runs the code on this Node, with the parts of Lambda's runtime that it needs. */
export const ownRuntime: Runtime = async ({ root, environment, onStart, onOutcome }) => {
  const child = fork(CHILD_SCRIPT, {
    cwd: root,
    env: environment,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  onStart(child);
  child.on('message', (outcome: Outcome) => onOutcome(outcome));
  return { invoke: (invocation) => child.send(invocation), close: () => undefined };
};
