import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../../../../bin/upgrade';
import type { RunNpm } from '../../../../bin/upgrade/apply';

/** Texts by path; `undefined` for a file that is deleted. */
export type Files = Readonly<Record<string, string | undefined>>;

const folders: string[] = [];
export const removeFolders = () => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};
export const newFolder = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'upgrade-'));
  folders.push(folder);
  return folder;
};

/** Nobody's settings but these. */
const IDENTITY = ['-c', 'user.name=A developer', '-c', 'user.email=developer@example.com'];
export const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', [...IDENTITY, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

export function write(folder: string, files: Files): void {
  for (const [file, text] of Object.entries(files)) {
    const name = path.join(folder, file);
    if (text === undefined) rmSync(name, { recursive: true });
    else {
      mkdirSync(path.dirname(name), { recursive: true });
      writeFileSync(name, text);
    }
  }
}

export function commit(folder: string, files: Files, message = 'Change'): void {
  write(folder, files);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', message);
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const lines = (...named: string[]) => `${named.join('\n')}\n`;
const BODY = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

const OWNED = ['manifest.yml', 'config.ts', 'lambda/job.ts', 'lambda/job/**', 'test/own/**', 'README.md', '.github/**'];
const stamp = (version: string, owned = OWNED) =>
  json({
    version,
    owned,
    merged: ['package.json'],
    generated: ['package-lock.json'],
    removable: ['tools/maintain/**'],
  });
const PACKAGE = {
  name: 'forge-remote-aws',
  version: '1.0.0',
  scripts: { test: 'jest', bench: 'node tools/maintain/bench.ts' },
  dependencies: { jose: '6.2.18', yaml: '2.9.1', zod: '4.6.7' },
  devDependencies: { jest: '30.5.2' },
};
const lock = (packages: object) => json({ name: 'forge-remote-aws', lockfileVersion: 3, packages });
const LOCKED = { '': {}, 'node_modules/jose': { version: '6.2.18' }, 'node_modules/zod': { version: '4.6.7' } };

export const FIRST: Files = {
  'manifest.yml': 'app: sample\n',
  'config.ts': 'export default {};\n',
  'lambda/job.ts': 'export const job = 1;\n',
  'test/own/job.test.ts': 'test 1\n',
  'README.md': 'The template\n',
  '.github/workflows/ci.yml': 'uses: checkout@1\n',
  'lib/stack.ts': lines(...BODY),
  'lib/old-name.ts': lines('a', 'file', 'that', 'is', 'renamed', 'later', ...BODY),
  'lib/doomed.ts': 'doomed\n',
  'bin/run': 'script\n',
  'docs/logo.bin': 'binary\0first',
  'tools/emulator/aws.ts': 'aws 1\n',
  'tools/maintain/bench.ts': 'bench 1\n',
  'CHANGELOG.md': '# Changelog\n\n## [1.0.0] - 2026-11-27\nThe first one.\n',
  'template.json': stamp('1.0.0'),
  'package.json': json(PACKAGE),
  'package-lock.json': lock(LOCKED),
};

/** Touches every kind of file. */
export const SECOND: Files = {
  'manifest.yml': 'app: better sample\n',
  'config.ts': 'export default { better: true };\n',
  'lambda/job.ts': 'export const job = 2;\n',
  'lambda/job/new-sample.ts': 'new sample\n',
  'test/own/job.test.ts': 'test 2\n',
  'test/own/new-sample.test.ts': 'new sample\n',
  'README.md': 'The better template\n',
  '.github/workflows/ci.yml': 'uses: checkout@2\n',
  '.github/workflows/new.yml': 'new\n',
  'lib/stack.ts': lines(...BODY.with(1, 'two, better')),
  'lib/old-name.ts': undefined,
  'lib/new-name.ts': lines('a', 'file', 'that', 'is', 'renamed', 'now', ...BODY),
  'lib/doomed.ts': undefined,
  'lib/resources.ts': 'your resources\n',
  'lib/brand-new.ts': 'imports resources\n',
  'docs/logo.bin': 'binary\0second',
  'tools/emulator/aws.ts': 'aws 2\n',
  'tools/maintain/bench.ts': 'bench 2\n',
  'tools/maintain/more.ts': 'more\n',
  'CHANGELOG.md':
    '# Changelog\n\n## [1.1.0] - 2026-12-27\nBetter. You have to do nothing.\n\n## [1.0.0] - 2026-11-27\nThe first one.\n',
  'template.json': stamp('1.1.0', [...OWNED, 'lib/resources.ts']),
  'package.json': json({
    ...PACKAGE,
    version: '1.1.0',
    scripts: {
      test: 'jest --ci',
      bench: 'node tools/maintain/bench.ts',
      more: 'node tools/maintain/more.ts',
      new: 'node bin/new.ts',
    },
    dependencies: { jose: '6.3.0', yaml: '2.9.1', zod: '4.6.8' },
  }),
  'package-lock.json': lock({
    ...LOCKED,
    'node_modules/jose': { version: '6.3.0' },
    'node_modules/zod': { version: '4.6.8' },
  }),
};

/** A repository of the template's, with versions 1.0.0 and 1.1.0. */
export function newTemplate(): string {
  const folder = newFolder();
  git(folder, 'init', '--quiet', '--initial-branch=main');
  commit(folder, FIRST, 'First');
  git(folder, 'tag', 'v1.0.0');
  write(folder, SECOND);
  chmodSync(path.join(folder, 'bin/run'), 0o755);
  commit(folder, {}, 'Second');
  git(folder, 'tag', 'v1.1.0');
  return folder;
}

/** A fork with the template's history, or a copy of its files. */
export function newFork(template: string, kind: 'history' | 'copy', changes: Files = {}): string {
  const folder = newFolder();
  git(folder, 'clone', '--quiet', '--no-tags', template, '.');
  git(folder, 'reset', '--quiet', '--hard', git(template, 'rev-parse', 'v1.0.0'));
  git(folder, 'remote', 'remove', 'origin');
  if (kind === 'copy') {
    rmSync(path.join(folder, '.git'), { recursive: true });
    git(folder, 'init', '--quiet', '--initial-branch=main');
  }
  git(folder, 'config', 'user.name', 'A developer');
  git(folder, 'config', 'user.email', 'developer@example.com');
  if (kind === 'copy') commit(folder, {}, 'Initial commit');
  if (Object.keys(changes).length > 0) commit(folder, changes, 'Ours');
  // A tag of the fork's own, by the name of one of the template's.
  git(folder, 'tag', 'v1.1.0');
  return folder;
}

export const clone = (folder: string): string => {
  const copy = newFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
};

export const text = (folder: string, file: string): string => readFileSync(path.join(folder, file), 'utf8');

/** npm, as far as an upgrade needs it; it says in the lock file that it was here. */
export function fakeNpm(statuses: Readonly<Record<string, number>> = {}) {
  const calls: string[] = [];
  const npm: RunNpm = (args, folder) => {
    calls.push(args.join(' '));
    const [command = ''] = args;
    if (command === 'install' && !statuses.install) {
      const { dependencies } = JSON.parse(text(folder, 'package.json'));
      const before = JSON.parse(text(folder, 'package-lock.json'));
      before.packages[''] = { dependencies };
      writeFileSync(path.join(folder, 'package-lock.json'), json(before));
    }
    return statuses[command] ?? 0;
  };
  return { npm, calls };
}

/** Runs the command in a fork. */
export function upgrade(folder: string, argv: readonly string[], npm: RunNpm = fakeNpm().npm) {
  const said: string[] = [];
  const io = {
    out: (line: string) => said.push(line),
    err: (line: string) => said.push(line),
    cwd: folder,
    environment: {},
  };
  const status = run(argv, io, npm);
  return { status, said: said.join('\n') };
}
