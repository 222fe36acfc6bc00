import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../bin/doctor';
import { type EmulatedAws, startAws } from '../../tools/emulator/aws/server';
import { createOwnedFiles, ROOT } from '../support/fixture-fork';
import { recordOutput } from '../support/recorded-output';

const folder = createOwnedFiles();
writeFileSync(path.join(folder, 'package.json'), '{\n  "name": "fork"\n}\n');
afterAll(() => rmSync(folder, { recursive: true }));

let aws: EmulatedAws;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(() => aws.stop());

async function doctor(...argv: string[]) {
  const { said, streams } = recordOutput();
  const status = await run(argv, {
    ...streams,
    cwd: folder,
    environment: {},
    fetch: () => Promise.reject(new Error('There is nothing to call.')),
    now: Date.now,
  });
  return { status, ...said };
}

test('a stage that is not deployed', async () => {
  const { status, out } = await doctor('--stage', 'dev', '--endpoint', aws.url);
  expect(status).toBe(1);
  expect(out).toMatch(/^✗ Stack /m);
  expect(out).toContain('\n0 ok, 1 wrong.\n');
  expect(out).toMatch(/forge-remote-dev does not exist in us-east-1.*→ Restart "npm run local -- --serve"/s);
});

test.each([
  [['--stage', 'nowhere'], 'config.ts has no stage "nowhere"; allowed: dev, prod'],
  [[], '--stage is missing; allowed: dev, prod'],
  [['--endpoint', 'here'], '--endpoint is here; allowed: a URL without a path'],
  [['--stge', 'dev'], "Unknown option '--stge'"],
  [['dev'], "Unexpected argument 'dev'"],
])('a wrong command line, %j, is told with what is allowed', async (argv, message) => {
  const { status, out, err } = await doctor(...argv);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(message);
  expect(err).toContain('Usage: npm run doctor');
  expect(err).not.toMatch(/^\s+at /m);
});

test.each([
  ['none.ts', /^none\.ts does not exist\. Run this in the folder of the project, or name the file\.\n$/],
  ['package.json', /^package\.json can't be loaded: .*\npackage\.json:2:\d+: ERROR: /],
])('a configuration that can not be used, %s, is told without the usage', async (file, message) => {
  const { status, out, err } = await doctor('--config', file, '--stage', 'dev');
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(message);
  expect(err).not.toContain('Usage:');
});

test('--help', async () => {
  expect(await doctor('--help')).toMatchObject({
    status: 0,
    err: '',
    out: expect.stringContaining('Exit status:'),
  });
});

test('an endpoint that nobody listens at', async () => {
  const { status, out, err } = await doctor('--endpoint', 'http://127.0.0.1:9');
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(/ECONNREFUSED.*\nIs "npm run local -- --serve" still running\?/);
});

test.each([
  ['ExpiredTokenException', /AWS rejects the credentials: .*\nLog in again/],
  ['AccessDenied', /The credentials lack a right: .*\nUse credentials that may cloudformation:DescribeStacks/],
])('%s', async (code, says) => {
  aws.intercept(() => ({ status: 403, code, message: 'No.' }));
  const { status, err } = await doctor('--endpoint', aws.url);
  aws.intercept(undefined);
  expect(status).toBe(2);
  expect(err).toMatch(says);
});

test('no credentials', async () => {
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  const { code, stdout, stderr } = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const command = ['--import', 'tsx', path.join(ROOT, 'bin/doctor.ts'), '--stage', 'dev'];
    execFile(process.execPath, command, { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: error?.code, stdout, stderr }),
    );
  });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe(
    'No AWS credentials: Could not load credentials from any providers.\n' +
      'Use the credentials that you deploy with, for example by setting AWS_PROFILE.\n',
  );
});
