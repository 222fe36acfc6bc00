import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { edited } from '../../lib/manifest/manifests';
import { ALL, APP, Fork, options } from './support';

let fork: Fork;
beforeEach(() => {
  fork = new Fork();
});
afterEach(() => rmSync(fork.folder, { recursive: true, force: true }));

const NEXT = 'Next:\n  npm run deploy -- --stage dev\n';

test('asks, shows, writes what was shown, and says what comes next', async () => {
  const [manifest = '', config = ''] = fork.files;
  const answers = [
    APP,
    'jira',
    'read:jira-work',
    'fiveMinute',
    'prod',
    'eu-west-1',
    'a@example.com, b@example.com',
    'y',
  ];
  const { status, out, err, asked } = await fork.setUp([], answers);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(asked).toEqual([
    'App id [later]: ',
    'Product [confluence]: ',
    'Scopes: ',
    'Interval [hour]: ',
    'Stage [dev]: ',
    'Region [us-east-1]: ',
    'E-mail [none]: ',
    'Write these changes? [y/N]: ',
  ]);
  expect(fork.files).toEqual([
    edited(
      manifest,
      ['ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000', APP],
      ['interval: hour #', 'interval: fiveMinute #'],
      ['- read:space:confluence\n', '- read:jira-work\n'],
    ),
    edited(
      config,
      ["region: 'us-east-1',\n      // A stage", "region: 'eu-west-1',\n      // A stage"],
      ['alarmEmails: [], //', "alarmEmails: ['a@example.com', 'b@example.com'], //"],
    ),
  ]);
  expect(out).toMatch(/manifest\.yml\n +\d+ - {3}id: .*0000\n +\d+ \+ {3}id: .*5c6d\n/);
  expect(out).toMatch(/config\.ts\n +\d+ - +region: 'us-east-1',\n +\d+ \+ +region: 'eu-west-1',\n/);
  expect(out).toContain('Wrote manifest.yml and config.ts.');
  expect(out.endsWith('Next:\n  npm run deploy -- --stage prod\n')).toBe(true);
});

test('a second time it changes nothing, by options or by Enter', async () => {
  expect((await fork.setUp([...options(ALL), '--yes'])).status).toBe(0);
  const files = fork.files;
  const again = await fork.setUp([...options(ALL), '--yes']);
  expect(again).toMatchObject({ status: 0, err: '' });
  expect(again.out).toBe(`\nmanifest.yml and config.ts already have these values.\n\n${NEXT}`);
  const byEnter = await fork.setUp([], ['', '', '', '', '', '', '']);
  expect(byEnter.out.endsWith(again.out)).toBe(true);
  expect(byEnter.asked).toContain(`App id [${APP}]: `);
  expect(fork.files).toEqual(files);
});

test('only one file is written when only one changes', async () => {
  const [, config] = fork.files;
  const { out } = await fork.setUp(['--interval', 'fiveMinute'], ['', '', '', '', '', '', 'y']);
  expect(out).toContain('Wrote manifest.yml.');
  expect(fork.files[1]).toBe(config);
});

test('an app that is not registered is told to register first', async () => {
  const { status, out, asked } = await fork.setUp([], ['', '', '', '', '', '', '']);
  expect(status).toBe(0);
  expect(out).toContain('If the app is not registered yet, answer "later".');
  expect(out).toMatch(/Next:\n {2}forge register +writes the id.*\n {2}npm run deploy -- --stage dev\n$/);
  expect(asked).not.toContain('Write these changes? [y/N]: ');
});

describe('nothing is written', () => {
  const untouched = async (argv: readonly string[], answers: readonly string[] | undefined) => {
    const files = fork.files;
    const result = await fork.setUp(argv, answers);
    expect(fork.files).toEqual(files);
    return result;
  };

  test.each([['n'], [''], ['no']])('on %j', async (answer) => {
    const { status, out, err } = await untouched(options(ALL), [answer]);
    expect({ status, err }).toEqual({ status: 1, err: 'Nothing was written.\n' });
    expect(out).not.toContain('Next:');
  });

  test('on anything but yes, three times', async () => {
    const { status, out } = await untouched(options(ALL), ['perhaps', 'ja', 'si', 'y']);
    expect(status).toBe(1);
    expect(out.split('Answer y or n.')).toHaveLength(4);
  });

  test('with --dry-run, which shows the changes, and asks for no consent', async () => {
    const { status, out, asked } = await untouched([...options(ALL), '--dry-run'], []);
    expect({ status, asked }).toEqual({ status: 0, asked: [] });
    expect(out).toContain("+       region: 'eu-central-1',");
    expect(out.endsWith('Dry run. Nothing was written.\n')).toBe(true);
  });

  test.each([0, 1, 3, 7])('when the answers end after %d', async (count) => {
    const answers = [APP, '', '', '', '', '', 'ops@example.com', ''].slice(0, count);
    expect(await untouched([], answers)).toMatchObject({
      status: 1,
      err: 'The input has ended. Nothing was written.\n',
    });
  });

  test('after three answers that can not be used', async () => {
    const { status, out, err } = await untouched([], ['x', 'y', 'z', APP]);
    expect(status).toBe(1);
    expect(out.split('It must be ari:cloud:ecosystem::app/<uuid>')).toHaveLength(4);
    expect(err).toBe(
      '3 answers were wrong. You can also give this one as an option: --app-id.\nNothing was written.\n',
    );
  });

  test('when a file has changed meanwhile', async () => {
    const late = fork.setUp(options(ALL), ['y']);
    fork.write('config.ts', `${fork.read('config.ts')}// mine\n`);
    // The files are read before the first question, which is not answered before this turn ends.
    const { status, err } = await late;
    expect({ status, err }).toEqual({
      status: 1,
      err: 'config.ts has changed since it was read. Run the setup again.\nNothing was written.\n',
    });
    expect(fork.read('manifest.yml')).toContain('00000000-0000-0000-0000-000000000000');
  });
});

test('says which file is written when the other one can not be', async () => {
  const [, config] = fork.files;
  // In the place of the temporary file, so that it can't be made.
  mkdirSync(join(fork.folder, `.config.ts.${process.pid}.tmp`));
  const { status, err } = await fork.setUp([...options(ALL), '--yes']);
  expect(status).toBe(1);
  expect(err).toMatch(/^config\.ts can't be written: .*\. manifest\.yml is written\.\n$/);
  expect(fork.read('manifest.yml')).toContain(APP);
  expect(fork.files[1]).toBe(config);
});

describe('a wrong answer is explained, and asked again', () => {
  test.each<[name: keyof typeof ALL, wrong: string, right: string, says: string]>([
    ['app-id', 'my-app', APP, 'It must be ari:cloud:ecosystem::app/<uuid>'],
    ['app-id', APP.replace(/app.*/, 'app/00000000-0000-0000-0000-000000000000'), 'later', "This is the template's id"],
    ['scopes', 'read:jira-wrk', 'read:jira-work', 'Did you mean read:jira-work?'],
    ['scopes', 'read:page:confluence', 'read:jira-work', 'None of them is for jira'],
    ['scopes', 'read:app-system-token', 'read:jira-work', 'None of them is for jira'],
    ['scopes', '', 'read:jira-work', 'This one has no default.'],
    ['interval', 'day', 'hour', 'Once a day is too rare'],
    ['interval', 'week', 'hour', 'Once a week is too rare'],
    ['interval', 'hourly', 'hour', 'It must be hour or fiveMinute. Did you mean "hour"?'],
    ['interval', '10m', 'hour', 'It must be hour or fiveMinute.'],
    ['stage', 'pord', 'prod', 'config.ts has no stage pord; it has dev, prod. Did you mean "prod"?'],
    ['region', 'Frankfurt', 'eu-central-1', "It must be an AWS region, such as 'us-east-1'."],
    ['region', 'eu-centrl-1', 'eu-central-1', 'Did you mean eu-central-1?'],
    ['email', 'ops@example', 'ops@example.com', "ops@example must be an e-mail address, such as 'ops@example.com'."],
    ['email', ', ,', 'none', 'It must be an address, or none.'],
  ])('--%s: %j, then %j', async (name, wrong, right, says) => {
    const others = Object.fromEntries(Object.entries(ALL).filter(([other]) => other !== name));
    const { out, asked } = await fork.setUp([...options(others), '--dry-run'], [wrong, right]);
    expect(asked).toHaveLength(2);
    expect(asked[0]).toBe(asked[1]);
    expect(out.replace(/\n {2}/g, ' ')).toContain(says);
  });

  test.each([
    ['confluense', 'Did you mean "confluence"?'],
    ['trello', 'It must be one of jira, confluence, compass, bitbucket.'],
  ])('--product: %j', async (wrong, says) => {
    const { scopes, product, ...others } = ALL;
    const { status, out } = await fork.setUp([...options(others), '--dry-run'], [wrong, product, scopes]);
    expect(status).toBe(0);
    expect(out.replace(/\n {2}/g, ' ')).toContain(says);
  });

  test('a search is no wrong answer, however often it is made', async () => {
    const { scopes, ...others } = ALL;
    const searches = ['work', 'issue type', 'no-such-thing', 'page', 'Work', scopes];
    const { status, out, asked } = await fork.setUp([...options(others), '--dry-run'], searches);
    expect(status).toBe(0);
    expect(asked).toHaveLength(searches.length);
    expect(out).toContain('  read:jira-work\n');
    expect(out).toContain('No scope contains "no-such-thing".');
  });
});

test('what is explained fits a terminal of 80 columns', async () => {
  const { out } = await fork.setUp(
    [],
    ['x', '', 'x', 'jira', 'read:x:y', 'read:jira-work', 'day', '', '', 'x', '', 'x', '', 'n'],
  );
  const explained = out.slice(0, out.indexOf('Changes:')).split('\n');
  expect(explained.filter((line) => line.length > 80)).toEqual([]);
});
