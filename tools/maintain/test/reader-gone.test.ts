import { spawn } from 'node:child_process';
import { PROJECT_ROOT } from '../../../lib/bundling';

/** What a command says on stderr, and how it ends, when whoever reads its output goes with the first bytes of it. */
function withoutReader(...command: string[]): Promise<{ status: number | null; errors: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...command], { cwd: PROJECT_ROOT });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  child.stdout.destroy();
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, errors })));
}

test.each(['doctor', 'job', 'local', 'logs'])('npm run %s | head ends quietly', async (name) => {
  expect(await withoutReader(`bin/${name}.ts`, '--help')).toEqual({ status: 0, errors: '' });
});
