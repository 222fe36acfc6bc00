import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createFixtureFork } from './fixture-fork';

const fork = createFixtureFork();
afterAll(fork.remove);

/** Where the deployments are started: a project with the owned files of the fixtures. */
export const PROJECT_ROOT = fork.folder;

/** Writes the project's config.ts, with these stages. */
export const writeStages = (...stages: readonly object[]): void =>
  writeFileSync(path.join(PROJECT_ROOT, 'config.ts'), `export default ${JSON.stringify({ stages })};\n`);

export const readProject = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');

/** A Node program of the project, with nothing in its environment that could lead it to a real AWS account. */
export function runInProject(
  endpoint: string,
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly output: string }> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: PROJECT_ROOT,
    AWS_ENDPOINT_URL: endpoint,
    // It costs seconds. tools/maintain/test/validation.test.ts has it.
    CDK_VALIDATION: 'false',
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: '1',
    CDK_DISABLE_VERSION_CHECK: '1',
    ...variables,
  };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, words, { cwd: PROJECT_ROOT, env }, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, output: stdout + stderr }),
    );
    // Nobody is there to be asked.
    child.stdin?.end();
  });
}

/** `npm run deploy`, without npm in between, with the real cdk CLI into an emulated AWS. */
export const runDeploy = (endpoint: string, stage: string, ...words: readonly string[]) =>
  runInProject(endpoint, [
    ...['--import', 'tsx', 'bin/deploy.ts', '--stage', stage],
    ...['--require-approval', 'never', ...words],
  ]);
