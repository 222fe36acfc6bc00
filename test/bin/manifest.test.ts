import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../bin/manifest';
import { APP_ID, edited, GOOD, lineOf, variable } from '../lib/manifest/manifests';
import { recordOutput } from '../support/recorded-output';
import { NEW, OLD, stack } from './manifest-command';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifest-'));
  writeFileSync(join(folder, 'manifest.yml'), GOOD);
  writeFileSync(join(folder, 'cdk-outputs.json'), JSON.stringify(stack('dev')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const manifest = () => readFileSync(join(folder, 'manifest.yml'), 'utf8');

function manifestCommand(
  argv: readonly string[],
  io: { environment?: Record<string, string>; allowLoopback?: boolean } = {},
) {
  const { said, streams } = recordOutput();
  const status = run(argv, {
    ...streams,
    cwd: folder,
    environment: {},
    ...io,
  });
  return { status, ...said };
}

test('writes the deployed URL and says what that means', () => {
  const { status, out, err } = manifestCommand([]);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(manifest()).toBe(edited(GOOD, [OLD, NEW]));
  expect(out).toContain(`manifest.yml:${lineOf(GOOD, 'baseUrl:')}: the baseUrl of remote "aws" has changed.`);
  expect(out).toContain(`old  ${OLD}\n  new  ${NEW}`);
  expect(out).toMatch(/new major version[^.]*until one of its admins consents/);
  expect(out).toMatch(/forge deploy -e <environment>.*\n.*forge install --upgrade/);
  expect(out).not.toContain('forge register');
  expect(readdirSync(folder)).toEqual(['cdk-outputs.json', 'manifest.yml']);
});

test('writes nothing when nothing has changed', () => {
  manifestCommand([]);
  const before = manifest();
  const { status, out } = manifestCommand([]);
  expect(status).toBe(0);
  expect(out).toMatch(new RegExp(`^manifest\\.yml is up to date: the baseUrl of remote "aws" is ${NEW}\n`));
  expect(out).not.toContain('forge deploy');
  expect(manifest()).toBe(before);
});

test('a byte order mark stays', () => {
  writeFileSync(join(folder, 'manifest.yml'), `\uFEFF${GOOD}`);
  expect(manifestCommand([]).status).toBe(0);
  expect(manifest()).toBe(`\uFEFF${edited(GOOD, [OLD, NEW])}`);
});

test('creates the remotes', () => {
  writeFileSync(join(folder, 'manifest.yml'), GOOD.slice(0, GOOD.indexOf('remotes:')));
  expect(manifestCommand([])).toMatchObject({ status: 0, out: expect.stringContaining(`old  (none)\n  new  ${NEW}`) });
  expect(manifest()).toContain(`\nremotes:\n  - key: aws\n    baseUrl: ${NEW}\n`);
});

test('reminds of the placeholder app id', () => {
  const placeholder = 'ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000';
  writeFileSync(join(folder, 'manifest.yml'), edited(GOOD, [APP_ID, placeholder]));
  writeFileSync(join(folder, 'cdk-outputs.json'), JSON.stringify(stack('dev', { AppId: placeholder })));
  expect(manifestCommand([]).out).toContain('forge register');
});

test('takes other files and a stage', () => {
  writeFileSync(join(folder, 'copy.yml'), GOOD);
  const prod = stack('prod', { RemoteBaseUrl: 'https://prod.lambda-url.eu-central-1.on.aws' });
  writeFileSync(join(folder, 'out.json'), JSON.stringify({ ...stack('dev'), ...prod }));
  const { status } = manifestCommand(['--manifest', 'copy.yml', '--outputs', 'out.json', '--stage', 'prod']);
  expect(status).toBe(0);
  expect(readFileSync(join(folder, 'copy.yml'), 'utf8')).toContain('https://prod.lambda-url');
  expect(manifest()).toBe(GOOD);
});

test('the stack says which of several remotes is meant', () => {
  const two = edited(
    GOOD,
    ['  - key: aws\n', '  - key: other\n    baseUrl: https://other.example.com\n  - key: aws\n'],
    [
      '  endpoint:\n',
      '    - key: second\n      endpoint: other\n      interval: hour\n  endpoint:\n    - key: other\n      remote: other\n      route: { path: /x }\n      auth: { appSystemToken: { enabled: true } }\n',
    ],
  );
  writeFileSync(join(folder, 'manifest.yml'), two);
  expect(manifestCommand([]).status).toBe(0);
  expect(manifest()).toBe(edited(two, [OLD, NEW]));
});

test('the app id may come from the environment, as for the Forge CLI', () => {
  const text = edited(GOOD, [APP_ID, variable('APP')]).concat('environment:\n  variables:\n    - APP\n');
  writeFileSync(join(folder, 'manifest.yml'), text);
  expect(manifestCommand([], { environment: { APP: APP_ID } }).status).toBe(0);
});

test('a local run may write a URL of this machine', () => {
  writeFileSync(
    join(folder, 'cdk-outputs.json'),
    JSON.stringify(stack('dev', { RemoteBaseUrl: 'http://127.0.0.1:3000' })),
  );
  expect(manifestCommand([])).toMatchObject({ status: 1, err: expect.stringContaining('over https: only') });
  expect(manifestCommand([], { allowLoopback: true }).status).toBe(0);
  expect(manifest()).toContain('baseUrl: http://127.0.0.1:3000\n');
});

describe('--check', () => {
  test('fails on another URL, shows both and says what to do; writes nothing', () => {
    const { status, out, err } = manifestCommand(['--check']);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toContain(`manifest  ${OLD}\n  deployed  ${NEW}`);
    expect(err).toContain('Run "npm run manifest -- --stage dev", then "forge deploy -e <environment>".');
    expect(manifest()).toBe(GOOD);
  });

  test('passes on the deployed URL', () => {
    manifestCommand([]);
    expect(manifestCommand(['--check'])).toMatchObject({ status: 0, err: '' });
  });
});

describe('an error is one message, and leaves the file byte for byte', () => {
  const broken = (file: string, text: string | Buffer) => () => writeFileSync(join(folder, file), text);

  test.each<[string, () => void, RegExp]>([
    ['no manifest', () => rmSync(join(folder, 'manifest.yml')), /^manifest\.yml does not exist\. Give its name/],
    ['no outputs', () => rmSync(join(folder, 'cdk-outputs.json')), /^cdk-outputs\.json does not exist\. Deploy first/],
    ['outputs that are not JSON', broken('cdk-outputs.json', '{'), /^cdk-outputs\.json is not JSON/],
    [
      'a missing output',
      broken('cdk-outputs.json', JSON.stringify(stack('dev', { RemoteBaseUrl: '' }))),
      /no output RemoteBaseUrl/,
    ],
    [
      'a stack of another app',
      broken('manifest.yml', edited(GOOD, ['8db33309', '00000000'])),
      /belongs to another app/,
    ],
    ['a manifest that is not YAML', broken('manifest.yml', 'a: [1\n'), /^manifest\.yml:1: Not valid YAML/],
    [
      'a manifest that is wrong',
      broken('manifest.yml', edited(GOOD, ['interval: hour', 'interval: day'])),
      /^manifest\.yml:9: /,
    ],
    [
      'a manifest that is not UTF-8',
      broken('manifest.yml', Buffer.from(`# \xe9\n${GOOD}`, 'latin1')),
      /^manifest\.yml is not UTF-8/,
    ],
    [
      'a URL that no manifest may have',
      broken('cdk-outputs.json', JSON.stringify(stack('dev', { RemoteBaseUrl: `${NEW}/` }))),
      /ends with a slash/,
    ],
    [
      'a remote that the manifest lacks',
      broken('cdk-outputs.json', JSON.stringify(stack('dev', { RemoteKey: 'gone' }))),
      /No endpoint is on the remote "gone"/,
    ],
    [
      'a URL that is not on one line',
      broken('manifest.yml', edited(GOOD, [OLD, `>-\n      ${OLD}`])),
      /not written as one line/,
    ],
  ])('%s', (name, breakIt, says) => {
    breakIt();
    const before = name === 'no manifest' ? undefined : readFileSync(join(folder, 'manifest.yml'));
    const { status, out, err } = manifestCommand([]);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(says);
    expect(err).not.toMatch(/^\s+at /m);
    if (before !== undefined) expect(readFileSync(join(folder, 'manifest.yml')).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });
});

describe('command line', () => {
  test.each([[['--stge', 'dev']], [['--stage']], [['dev']], [['--check=yes']]])(
    '%j is answered with the usage',
    (argv) => {
      const { status, err } = manifestCommand(argv);
      expect(status).toBe(2);
      expect(err).toContain('Usage: npm run manifest');
      expect(manifest()).toBe(GOOD);
    },
  );

  test('--help shows the usage', () => {
    expect(manifestCommand(['--help'])).toMatchObject({ status: 0, out: expect.stringContaining('--outputs <file>') });
  });
});
