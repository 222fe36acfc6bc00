import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ALL, APP, Fork, options, ROOT } from './setup/support';

let fork: Fork;
beforeEach(() => {
  fork = new Fork();
});
afterEach(() => rmSync(fork.folder, { recursive: true, force: true }));

const start = (argv: readonly string[]): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'bin/setup.ts'), ...argv], { cwd: fork.folder });

/** What the process said, and how it ended. */
async function ending(child: ChildProcessWithoutNullStreams, onOutput: (out: string) => void = () => {}) {
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    onOutput(out);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const status = await new Promise((resolve) => child.once('close', resolve));
  return { status, out, err };
}

/** Runs the command as a process of its own, with `input` from a pipe. */
async function setUp(argv: readonly string[], input = '') {
  const child = start(argv);
  child.stdin.end(input);
  return ending(child);
}

// Each of them starts a process that compiles what it runs.
jest.setTimeout(60_000);

test('takes answers from a pipe with --ask, one on each line', async () => {
  const { status, out, err } = await setUp(
    ['--ask'],
    `${APP}\njira\nwork\nread:jira-work\n\n\neu-central-1\nops@example.com\ny\n`,
  );
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toContain('  read:jira-work\n');
  expect(out).toMatch(/Wrote manifest\.yml and config\.ts\.\n\nNext:\n {2}npm run deploy -- --stage dev\n$/);
  expect(fork.read('manifest.yml')).toContain(`  id: ${APP}\n`);
  expect(fork.read('config.ts')).toContain("      alarmEmails: ['ops@example.com'],\n");
});

test.each([
  ['the input ends in the middle', `${APP}\njira\n`, 'The input has ended. Nothing was written.\n'],
  ['the changes are refused', `${APP}\njira\nread:jira-work\n\n\n\n\nn\n`, 'Nothing was written.\n'],
])('writes nothing when %s', async (_, input, says) => {
  const files = fork.files;
  const { status, err } = await setUp(['--ask'], input);
  expect({ status, err }).toEqual({ status: 1, err: says });
  expect(fork.files).toEqual(files);
});

test('writes nothing on SIGINT, and says so', async () => {
  const files = fork.files;
  const child = start(['--ask']);
  child.stdin.write(`${APP}\n`);
  // Once: a second signal would meet a process that has let go of its handler, and end it by the signal.
  let interrupted = false;
  const { status, err } = await ending(child, (out) => {
    if (interrupted || !out.includes('Product [')) return;
    interrupted = true;
    child.kill('SIGINT');
  });
  expect({ status, err }).toEqual({ status: 130, err: 'Interrupted. Nothing was written.\n' });
  expect(fork.files).toEqual(files);
});

test('needs nobody when everything is given', async () => {
  const { status, err } = await setUp([...options(ALL), '--yes']);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(fork.read('config.ts')).toContain("region: 'eu-central-1'");
});

test('says what is missing when nobody can be asked', async () => {
  const { status, out, err } = await setUp(['--region', 'eu-central-1']);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain('Missing: --app-id, --scopes, --interval, --stage, --email, --yes.');
});
