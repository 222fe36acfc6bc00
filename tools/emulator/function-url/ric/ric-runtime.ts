import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Runtime } from '../runtime';
import type { RicInstallation } from './install-ric';
import { startRuntimeApi } from './runtime-api';

const HOOK = join(__dirname, 'hook.cjs');

/** Runs the code under AWS's runtime interface client, on the Node version that the functions are deployed for. */
export const ricRuntime =
  ({ node, client }: RicInstallation): Runtime =>
  async ({ root, functionArn, environment, onStart, onOutcome }) => {
    const api = await startRuntimeApi({ functionArn, onOutcome });
    const child = spawn(node, ['--require', HOOK, client], {
      cwd: root,
      env: { ...environment, AWS_LAMBDA_RUNTIME_API: api.hostAndPort },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onStart(child);
    return { invoke: api.invoke, close: api.close };
  };
