import { rmSync } from 'node:fs';
import { ALL, APP, Fork, options } from '../../../../test/bin/setup/support';

// test/bin/setup.test.ts starts the command once. Here are the other ways in which it can end.

let fork: Fork;
beforeEach(() => {
  fork = new Fork();
});
afterEach(() => rmSync(fork.folder, { recursive: true, force: true }));

// Each of them starts a process that compiles what it runs.
jest.setTimeout(60_000);

test.each([
  ['the input ends in the middle', `${APP}\njira\n`, 'The input has ended. Nothing was written.\n'],
  ['the changes are refused', `${APP}\njira\nread:jira-work\n\n\n\n\nn\n`, 'Nothing was written.\n'],
])('writes nothing when %s', async (_, input, says) => {
  const files = fork.files;
  const { status, err } = await fork.startWith(['--ask'], input);
  expect({ status, err }).toEqual({ status: 1, err: says });
  expect(fork.files).toEqual(files);
});

test('writes nothing on SIGINT, and says so', async () => {
  const files = fork.files;
  const child = fork.start(['--ask']);
  child.stdin.write(`${APP}\n`);
  // Once: a second signal would meet a process that has let go of its handler, and end it by the signal.
  let interrupted = false;
  const { status, err } = await fork.ending(child, (out) => {
    if (interrupted || !out.includes('Product [')) return;
    interrupted = true;
    child.kill('SIGINT');
  });
  expect({ status, err }).toEqual({ status: 130, err: 'Interrupted. Nothing was written.\n' });
  expect(fork.files).toEqual(files);
});

test('needs nobody when everything is given', async () => {
  const { status, err } = await fork.startWith([...options(ALL), '--yes']);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(fork.read('config.ts')).toContain("region: 'eu-central-1'");
});

test('says what is missing when nobody can be asked', async () => {
  const { status, out, err } = await fork.startWith(['--region', 'eu-central-1']);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain('Missing: --app-id, --scopes, --interval, --stage, --email, --yes.');
});
