import { PLACEHOLDER_APP_ID } from '../../lib/manifest/app';
import { PLACEHOLDER_BASE_URL } from '../../lib/manifest/base-url';
import { APP_ID, edited, GOOD } from '../lib/manifest/manifests';
import { manifestFolder, NEW, OLD } from './manifest-command';

const { read, run, write } = manifestFolder();

const CURRENT = edited(GOOD, [OLD, NEW]);
const OTHER_PATH = edited(CURRENT, ['/forge/token', '/forge/t']);
const SAME = "Compared with manifest.yml in git's HEAD, nothing has changed that needs an admin's consent";

test('what is written is compared with what was deployed last', () => {
  const { status, out } = run([], {
    head: edited(GOOD, ['    - read:space:confluence', '    - read:page:confluence']),
  });
  expect(status).toBe(0);
  expect(out).toMatch(
    /Compared with manifest\.yml in git's HEAD, this is a new major version of the app:\nby default[^.]*consents\.\nWith rolling releases/,
  );
  expect(out).toContain(`  major    The remote "aws" has another baseUrl: ${OLD} becomes ${NEW}
           Changing a baseUrl makes a major version.
  major    The scope read:space:confluence is new
           A new scope makes a major version.
  major    The scope read:page:confluence is gone
           Removing a scope makes a major version. Though the app may then do less.
`);
});

test('also where nothing is to be written', () => {
  write('manifest.yml', CURRENT);
  expect(run([], { head: CURRENT }).out).toContain(SAME);
  expect(run([], { head: OTHER_PATH }).out).toContain('major    The endpoint "token" has changed');
  expect(run(['--check'], { head: CURRENT }).out).toContain(SAME);
  expect(run(['--check'], { head: OTHER_PATH }).out).toContain('major    The endpoint "token" has changed');
});

test('where --check finds another URL, it says what writing it would mean', () => {
  const { status, out, err } = run(['--check'], { head: GOOD });
  expect({ status, out }).toEqual({ status: 1, out: '' });
  expect(err).toMatch(/is not the deployed URL[\s\S]*major {4}The remote "aws" has another baseUrl/);
});

test('variables are compared as Forge will see them', () => {
  write(
    'manifest.yml',
    `${edited(GOOD, [OLD, '$' + '{URL}'])}environment:\n  variables: [{ key: URL, default: ${OLD} }]\n`,
  );
  expect(run([], { head: CURRENT }).out).toContain(SAME);
});

test('that nothing is known is one line, and no failure; the manifest as it was is the next best', () => {
  const unknown = 'The manifest that was deployed last is unknown: nobody says. Name it with --deployed <file>.';
  const { status, out } = run([]);
  expect(status).toBe(0);
  expect(out).toContain(`\n${unknown}\nCompared with manifest.yml as it was, this is a new major version`);
  const again = run(['--check']);
  expect(again.status).toBe(0);
  expect(again.out).toMatch(new RegExp(`^manifest.yml is up to date: .*\n${unknown}\n$`));
});

test('a template that was never registered was never deployed', () => {
  const head = edited(GOOD, [APP_ID, PLACEHOLDER_APP_ID]);
  const { status, out } = run(['--forbid-major'], { head });
  expect(status).toBe(0);
  expect(out).toContain('is the placeholder, so no version of the app has been deployed.');
  expect(read()).toBe(CURRENT);
});

test('a template that was registered may never have been deployed, and that is said', () => {
  const head = edited(GOOD, [OLD, PLACEHOLDER_BASE_URL]);
  expect(run([], { head }).out).toContain('If the app was never deployed with it, nobody has to consent.');
  expect(run([], { head: GOOD }).out).not.toContain('never deployed');
});

describe('--deployed', () => {
  test.each([
    ['deployed.yml', CURRENT],
    ['deployed.json', JSON.stringify({ remotes: [{ key: 'aws', baseUrl: OLD }] })],
  ])('names the manifest, in YAML or JSON: %s', (file, text) => {
    write(file, text);
    const { status, out } = run(['--deployed', file], { head: OTHER_PATH });
    expect(status).toBe(0);
    expect(out).toContain(`Compared with ${file}, `);
    expect(out).not.toContain('"/forge/t"');
  });

  test('must be there, and a manifest', () => {
    expect(run(['--deployed', 'no.yml'])).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^no\.yml does not exist/),
    });
    write('list.yml', '- 1\n');
    expect(run(['--deployed', 'list.yml'])).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^list\.yml:1: It can not be read as a manifest/),
    });
    expect(read()).toBe(GOOD);
  });
});

describe('--forbid-major', () => {
  test('fails on a major version, says why, and writes nothing', () => {
    const { status, out, err } = run(['--forbid-major', '--exports', '-'], { head: GOOD });
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toContain('Changing a baseUrl makes a major version.');
    expect(err).toContain('--forbid-major: this would be a new major version. manifest.yml is unchanged.');
    expect(read()).toBe(GOOD);
  });

  test('fails with --check, though the URL is the deployed one', () => {
    write('manifest.yml', CURRENT);
    const { status, err } = run(['--check', '--forbid-major'], { head: OTHER_PATH });
    expect(status).toBe(1);
    expect(err).toContain('--forbid-major: this would be a new major version.\n');
  });

  test('passes on a minor version', () => {
    const head = edited(CURRENT, ['interval: hour', 'interval: fiveMinute']);
    write('manifest.yml', CURRENT);
    expect(run(['--check', '--forbid-major'], { head })).toMatchObject({
      status: 0,
      out: expect.stringMatching(/this is a minor version[\s\S]*minor {4}modules\.scheduledTrigger has changed/),
    });
  });

  test('fails where it is not known what was deployed last, with the fix', () => {
    const { status, err } = run(['--forbid-major']);
    expect(status).toBe(1);
    expect(err).toContain('--forbid-major: it needs the manifest that was deployed last: --deployed <file>.');
    expect(read()).toBe(GOOD);
  });

  test('fails on what is not known: a gate that lets it through is none', () => {
    const head = edited(CURRENT, [
      '    operations:',
      '    auth: { appSystemToken: { enabled: true } }\n    operations:',
    ]);
    write('manifest.yml', CURRENT);
    const { status, err } = run(['--check', '--forbid-major'], { head });
    expect(status).toBe(1);
    expect(err).toMatch(/this may be a new major version[\s\S]*unknown {2}The remote "aws" has another "auth"/);
    expect(err).toContain('--forbid-major: this may be a new major version, see above.\n');
    expect(run(['--check'], { head })).toMatchObject({
      status: 0,
      out: expect.stringContaining('unknown  The remote'),
    });
  });
});

test('a URL from the environment may have been another one, and that is said', () => {
  const text = `${edited(CURRENT, [NEW, '$' + '{URL}'])}environment:\n  variables: [{ key: URL, default: ${NEW} }]\n`;
  write('manifest.yml', text);
  expect(run([], { head: text }).out).not.toContain('from the environment');
  expect(run([], { head: text, environment: { URL: NEW } }).out).toContain(
    'URL comes from the environment, for both manifests. If it had another value at the last "forge deploy", this is a major version.',
  );
});
