import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inGitHead } from '../../bin/manifest/version-report';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'head-'));
  writeFileSync(join(folder, 'manifest.yml'), 'old');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
    cwd: folder,
    stdio: 'ignore',
  });
const inHead = (file = 'manifest.yml') => inGitHead(join(folder, file));

test('the text that was committed, whatever stands in the file now', () => {
  git('init');
  git('add', '.');
  git('commit', '-m', 'old');
  writeFileSync(join(folder, 'manifest.yml'), 'new');
  expect(inHead()).toEqual({ text: 'old', name: "manifest.yml in git's HEAD" });
});

test('of a file in a folder, and behind a link', () => {
  mkdirSync(join(folder, 'app'));
  writeFileSync(join(folder, 'app', 'manifest.yml'), 'inside');
  symlinkSync(join('app', 'manifest.yml'), join(folder, 'link.yml'));
  git('init');
  git('add', '.');
  git('commit', '-m', 'old');
  expect(inHead(join('app', 'manifest.yml'))).toMatchObject({ text: 'inside' });
  expect(inHead('link.yml')).toMatchObject({ text: 'inside' });
});

describe('it is not known', () => {
  test('without a repository', () => {
    expect(inHead()).toEqual({ problem: 'this folder is not in a git repository' });
  });

  test('before the first commit', () => {
    git('init');
    expect(inHead()).toEqual({ problem: 'nothing is committed yet' });
  });

  test('of a file that was never committed', () => {
    git('init');
    git('commit', '--allow-empty', '-m', 'empty');
    expect(inHead()).toEqual({ problem: "git's HEAD has no manifest.yml" });
  });

  test('without git', () => {
    expect(inGitHead(join(folder, 'manifest.yml'), join(folder, 'no-git'))).toEqual({
      problem: expect.stringMatching(/^git can't be run \(.*ENOENT/),
    });
  });
});
