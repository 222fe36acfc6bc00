import { type ChildProcess, spawn } from 'node:child_process';
import { createFixtureFork } from './fixture-fork';

const fork = createFixtureFork();
afterAll(fork.remove);

/** Where the local run is started: a project with the owned files of the fixtures. */
export const PROJECT_ROOT = fork.folder;

const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
});

/** `npm run local`, without npm in between. It ends with the test file at the latest. */
export const runLocal = (...flags: string[]) => runLocalIn(process.env, ...flags);

/** The same, with these environment variables. */
export const runLocalIn = (env: NodeJS.ProcessEnv, ...flags: string[]) => runIn(env, 'bin/local.ts', ...flags);

/** Any of the commands, by its script. */
export function runIn(env: NodeJS.ProcessEnv, script: string, ...flags: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...flags], { cwd: PROJECT_ROOT, env });
  started.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => output.stdout.includes('\n') && resolve(output.stdout.split('\n')[0] ?? ''));
    child.once('close', () => reject(new Error(output.stderr)));
  });
  firstLine.catch(() => undefined);
  return { child, output, exited, firstLine };
}
